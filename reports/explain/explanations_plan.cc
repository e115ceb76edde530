// The snapshot against the path that was asked for.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_plan() {
  return {
      {"release-mismatch", "warning", "A schema is at another release than the path starts from.",
       "One service was upgraded earlier or later than the rest, an upgrade stopped between services, or the scenario "
       "names the wrong release.",
       "Make sure which release's code works on this schema in production, and write that one as `from`. A service "
       "that "
       "is behind must be brought along first.",
       "s is at revision 1b91788ec3a6, which is not 2024.1's"},
      {"code-of-another-release", "warning",
       "The code that ran a step says that it is of another release than the step.",
       "The image or command that the scenario names for a release holds another one.",
       "Name the image of the release in [service.NAME] images, or let the command choose by {release}.",
       "images = { \"2025.1\" = \"registry.example/compute:2025.1\" }"},
      {"schema-found", "info", "A schema is rehearsed as a service's although its name is not the usual one.",
       "Its tables and its revision are the service's: schemas are known by what is in them.",
       "Nothing is to be done where it is right. Otherwise name the service's own schema in the scenario.",
       "[service.s] schemas = { db = \"s_v3\" }"},
      {"tables-missing", "warning", "A schema lacks tables that its revision has.",
       "The dump leaves them out (--ignore-table leaves no trace), or they were dropped in production.",
       "Ask production with the query that the finding holds. Dump what is there, or declare it in the scenario; what "
       "is "
       "not there must be made again before the service's code asks for it. Until then the verdict is inconclusive.",
       "[snapshot] left_out = [\"s.shadow_*\"]"},
      {"tables-left-out", "info", "Tables that the scenario says the dump leaves out were made empty.",
       "They hold what is too much or too secret to dump, such as rows that were archived.",
       "What a step does to their rows, and how long it takes, is not known. Dump them for a full answer.",
       "[snapshot] left_out = [\"s.shadow_*\"]"},
      {"schema-without-tables", "warning", "A service's schema is in the snapshot and holds none of its tables.",
       "The dump left the tables out, the schema was made and never filled, or the service's data is elsewhere.",
       "Dump the tables, or name the schema that is in use.", "[service.s] schemas = { db = \"s\" }"},
      {"schema-copy", "info", "A schema looks like one of a service's that is rehearsed already; it is left out.",
       "It is a copy, such as one made before an earlier upgrade, or a second deployment in one server. Of two that "
       "are "
       "alike the one with the usual name is taken, and the one that the scenario names before all.",
       "Leave it where it is a copy. If it is the one in use, name it.", "[service.s] schemas = { db = \"s_backup\" }"},
      {"schema-ambiguous", "warning", "Several schemas may each be a service's, and none has the usual name.",
       "Copies or several deployments lie in one server. Which one is in use the data does not say, so none is "
       "rehearsed.",
       "Paste the line of the one in use into the scenario.", "[service.s] schemas = { db = \"s_east\" }"},
      {"cell-mapping-elsewhere", "warning", "A cell's mapping names another schema than the one that is used for it.",
       "The schema was dumped or restored under another name, or the mapping is one that was never corrected. On the "
       "clone it is rewritten, so no step stumbles over it; in production the service's commands follow it.",
       "Make sure that the database that the mapping names is there and is the one that was dumped.",
       "mysql://db1/s names s, the snapshot has s_prod"},
      {"cell-mapping-repeated", "warning", "Two cell mappings lead to one database.",
       "A cell was mapped again under another name, and the old mapping stayed.",
       "Find out which of the two the hosts and instances belong to, and remove the other.", "cell1 and cell2: s"},
      {"cell-without-database", "blocker", "A cell is mapped, and the snapshot does not hold its database.",
       "The cell was given up and its mapping stayed, its database was renamed or moved, or it was not dumped. "
       "Commands "
       "that go through all cells stop at it, or never come to an end. All other cells are rehearsed: where a step "
       "stops for the mapping, the path goes on without it on a clone.",
       "Find out which of these it is: the finding names the mapping, what points to it, and the commands for each "
       "case.",
       "Unknown database 's_edge9'"},
      {"revision-unknown", "blocker", "A schema's revision table holds a revision that no known release has.",
       "The code carries migrations of a vendor, the schema was stamped by hand, or it was built from a branch between "
       "two releases. Upstream's code refuses to go on from a revision that it does not have.",
       "Ask which code made the revision. Where the schema's objects are a release's, the finding names it and the row "
       "to write. Otherwise finish the upgrade with the code that began it, in production, and dump again.",
       "UPDATE alembic_version SET version_num = '47147121' WHERE version_num = 'f0rk3d';"},
      {"revision-row-missing", "blocker", "The revision table is missing, empty, or lacks the row of one branch.",
       "It was made again by hand, or left out when tables were copied. The service's migrations then begin at the "
       "first "
       "of all, and stop at what they find; some have changed tables before they stop.",
       "The objects tell where the schema stands. Write the row that the finding names, before any command of the "
       "service is run.",
       "INSERT INTO alembic_version (version_num) VALUES ('5c85685d616d');"},
      {"revision-row-doubled", "blocker", "The revision table holds more rows than the service has branches.",
       "A row was added by hand where one should have been changed, or two tools wrote at once.",
       "Remove the row that the finding names: the objects show which one is true.",
       "DELETE FROM alembic_version WHERE version_num = '11c3b243b4cb';"},
      {"stamped-ahead", "blocker",
       "The revision table names revisions that never ran: what they make is not there, or what they take away is.",
       "`stamp head`, or a row written by hand, let a failing migration be passed over. No later step makes what is "
       "missing, so every step may end well, and the service's code fails on it.",
       "Stamp it back as the finding says and let the next upgrade run the revisions. This was tried on a clone.",
       "UPDATE alembic_version SET version_num = '11c3b243b4cb' WHERE version_num = '47147121';"},
      {"stamped-behind", "blocker", "Revisions ran that the revision table does not name.",
       "A migration was cut off between its last statement and the row that says it is done, or a dump mixes an old "
       "revision table with new ones. The next upgrade runs them again and stops at what is there.",
       "Make sure that the revisions' work on rows was done too, then write the row that the finding names.",
       "UPDATE alembic_version SET version_num = '47147121' WHERE version_num = '11c3b243b4cb';"},
      {"objects-missing", "blocker",
       "A column, key or table is missing that the schema's revisions made, and no later step makes it again.",
       "It was dropped by hand, or a revision was stamped that had run in part.",
       "Make it as the finding says; the statement is upstream's definition. An index alone costs time, not answers.",
       "ALTER TABLE mapping ADD COLUMN schema_version varchar(5) NOT NULL DEFAULT '1.0';"},
      {"upgrade-unfinished", "warning",
       "A schema stands inside an upgrade: expanded and not contracted, or between two revisions.",
       "The last upgrade's later commands never ran, or one of them stopped.",
       "Nothing is wrong with the objects, and the path goes on from there. Finish the old upgrade first where old "
       "code must still run.",
       "s is expanded to 2024.1; the contract of 2023.2 never ran"},
      {"schema-behind", "blocker", "One of a service's schemas is at an earlier release than the others.",
       "Databases of one service are upgraded one by one, and one was forgotten: a cell, most often.",
       "Run the upgrade command of the release that the others are at on it, with that release's code, before the path "
       "begins.",
       "svc-manage db sync"},
      {"schema-missing", "warning", "A service is not rehearsed, because a schema of it is not in the snapshot.",
       "The dump was made of some databases only, the schema has a name of its own, or the service keeps it on another "
       "server.",
       "Dump all schemas of the service, best in one dump, or name them with schemas = { ... } in the scenario. A "
       "service that was not rehearsed is not part of the answer.",
       "mysqldump --single-transaction --databases s1 s2 s3 > prod.sql"},
      {"service-version-too-old", "blocker",
       "A record that a running service left in the database is too old for the services of the next release, or has "
       "no "
       "version. They look at it as they start, and stop or hold themselves back.",
       "A host that was taken out of the cloud and never removed from it, or one that the last upgrade left out. How "
       "long "
       "ago the record was renewed does not count.",
       "Upgrade the service if it runs; remove its record, with the service's own command, if it is gone for good. The "
       "finding names the records and, where none of them runs, SQL that was tried. It is a condition only where the "
       "services start all the same, or where the scenario's configuration makes them only warn.",
       "TooOldComputeService: the minimum service level in your system is 57, the oldest supported is 66"},
      {"service-versions-assumed", "info",
       "The versions that running services wrote are judged on the path's first hop only.",
       "A rehearsal starts no service, so nothing renews the records between one hop and the next.",
       "On every later hop make sure that all services ran the release before it, and ran long enough to renew their "
       "records, before its services start.",
       "2024.1 to 2025.1 to 2026.1: judged by 2025.1"},
      {"schema-unknown", "info",
       "A schema of the snapshot has no revision table and is like no service's; it is not rehearsed, and nothing is "
       "said "
       "of it.",
       "It is another program's, an old copy, or a known service's under a name of its own.",
       "If it is a service's, say so with schemas = { ... } in its section of the scenario. Else nothing is to be "
       "done.",
       "[service.x]\nschemas = { main = \"x_prod\" }"},
      {"schema-not-covered", "warning",
       "A schema of the snapshot is a service's and was neither rehearsed nor left out with a reason, so nothing is "
       "said "
       "of it: without a blocker elsewhere the run is INCONCLUSIVE.",
       "It has a revision table, or tables of a service, and belongs to a service that the catalogue does not know or "
       "that "
       "could not be rehearsed, or has a name of its own.",
       "Have it rehearsed (schemas = { ... } in its section), or leave it out and say why. With [services] only the "
       "verdict is for chosen services and nothing else is asked for.",
       "[services]\nskip = { s = \"retired, dropped before the upgrade\" }"},
      {"chain-not-covered", "warning",
       "A service's schema holds a second revision table: the migrations of a sub-project or plug-in, which no step "
       "ran. "
       "Its tables are not part of the answer; without a blocker elsewhere the run is INCONCLUSIVE.",
       "The distribution is installed beside the service in production, or was once. Its migrations run with the "
       "service's own command wherever it is installed, and can fail on its own rows.",
       "Name the distribution among the service's packages, so that its migrations are rehearsed too. Where it is no "
       "longer installed, leave the chain out and say why.",
       "[service.x]\npackages = [\"x-plugin\"]\n\n[services]\nskip = { \"s.alembic_version_plugin\" = \"uninstalled in "
       "2022\" }"},
      {"option-not-used", "info", "An option of the scenario's configuration text is left out.",
       "It names a connection or a host. A rehearsal sets these itself, so that a step can never reach production.",
       "Nothing is to be done. Remove the option from the scenario if the note is in the way.",
       "[database]\nconnection = mysql+pymysql://..."},
  };
}

}  // namespace rehearsal
