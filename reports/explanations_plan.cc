// The snapshot against the path that was asked for.
#include "reports/explanations.h"

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
      {"schema-unknown", "info",
       "A schema of the snapshot belongs to no service that the catalogue knows; it is not rehearsed.",
       "It is another program's, an old copy, or a known service's under a name of its own.",
       "If it is a service's, say so with schemas = { ... } in its section of the scenario. Else nothing is to be "
       "done.",
       "[service.x]\nschemas = { main = \"x_prod\" }"},
      {"option-not-used", "info", "An option of the scenario's configuration text is left out.",
       "It names a connection or a host. A rehearsal sets these itself, so that a step can never reach production.",
       "Nothing is to be done. Remove the option from the scenario if the note is in the way.",
       "[database]\nconnection = mysql+pymysql://..."},
  };
}

}  // namespace rehearsal
