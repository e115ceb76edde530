// What a dump lacks, or cannot prove.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_dump() {
  return {
      {"dump-unprovable", "warning",
       "A dump says nothing about its end, so it may have been cut short between two statements.",
       "It was made with --compact or --skip-comments, or by a program that writes no \"Dump completed\" line.",
       "Make sure that the dump command ended with exit status 0, or dump again without these options. In a pipe, ask "
       "for the status of the dump command, not of the compressor.",
       "set -o pipefail; mysqldump --single-transaction --databases s | zstd > s.sql.zst"},
      {"restore-mismatch", "warning",
       "After the restore, a table has not the rows that the dump holds. Nothing that ran on this data counts, so the "
       "verdict is INCONCLUSIVE.",
       "A statement of the dump was refused or left out, rows fell together under another collation, a table is in the "
       "snapshot twice, or the dump is broken at that place.",
       "Look at the table in the dump and at the list of adaptations in the report. Dump it again, with a client that "
       "fits the server.",
       "s.t: the dump holds 1,204 rows, the server 1,203"},
      {"partial-dump", "warning", "Only the rows of a condition are in the dump.",
       "It was made with --where, to keep it small or to leave out old rows.",
       "Rehearse with a whole dump: the rows that are missing may be those that the upgrade stops at, and times will "
       "be "
       "too short.",
       "-- WHERE:  deleted=0"},
      {"dump-error", "warning", "The dump program wrote an error into its own dump: something is missing.",
       "Its messages were sent into the same file (2>&1), and it could not read a table, view or routine.",
       "Mend what the message names, then dump again with the messages in a file of their own. See that the exit "
       "status "
       "is 0.",
       "mysqldump: Couldn't execute 'SHOW FIELDS FROM `v`': View 's.v' references invalid table(s) ... (1356)"},
      {"view-failed", "warning", "A view could not be dumped, or only a stand-in for it is in the dump.",
       "The view is invalid in production: it names something that is gone, or its definer lacks a right. The dump "
       "command stops there unless it was told to go on (--force).",
       "In production run SHOW CREATE VIEW and SELECT 1 FROM the view; mend or drop it. An upgrade may break such a "
       "view "
       "again, and with it the nightly backup.",
       "-- failed on view `v`: CREATE ALGORITHM=UNDEFINED ..."},
      {"insufficient-privileges", "warning", "The account that made the dump was not allowed to see a definition.",
       "Routines, events and triggers need rights of their own: EVENT, TRIGGER, and for routines SELECT on mysql.proc "
       "or, on newer servers, a privilege for it.",
       "Dump again with an account that may see all, or make sure that what is missing does not belong to a service.",
       "-- insufficient privileges to SHOW CREATE PROCEDURE `p`"},
      {"old-server-version", "warning",
       "The dump program says that the server is too old for it and the dump may be incomplete.",
       "A new client was used on an old server.", "Dump with the client of the server's own version.",
       "-- WARNING: old server version. The following dump may be incomplete."},
      {"no-data-section", "warning", "The structure of a table is in the dump, its rows are not.",
       "It was made with --no-data or --ignore-table-data, or the dump is of a template.",
       "Dump the rows too. A rehearsal on empty tables proves that the commands run, not that the data survives.",
       "mysqldump --no-data s"},
      {"no-structure", "warning", "Rows of a table are in the dump, its structure is not; they cannot be restored.",
       "It was made with --no-create-info, or structure and rows are in two files and one is missing.",
       "Add the file with the structure to the snapshot, or dump again without the option.",
       "mysqldump --no-create-info s t"},
      {"schema-twice", "warning", "Two dumps hold tables of one schema, or one dump is given twice.",
       "Dumps of two moments, or of two clouds, were given together. Restored one over the other they are no cloud "
       "that "
       "ever was, so a scenario with them is refused.",
       "Give each schema once.", "dumps = [\"monday.sql.gz\", \"tuesday.sql.gz\"]"},
      {"duplicate-table", "warning", "A table is in the snapshot twice; the later one is restored.",
       "Two dumps of different times were given together, or a file was joined to another one.",
       "Give each table once. If it is on purpose, see that the right one comes last.",
       "dumps = [\"all.sql.gz\", \"t-again.sql.gz\"]"},
      {"no-schema", "warning", "The dump does not say to which schema its tables belong.",
       "It was made without --databases, so it holds no USE.",
       "Name the schema in the scenario, or dump with --databases.",
       "dumps = [{ file = \"s.sql.gz\", schema = \"s\" }]"},
      {"skew", "warning",
       "The files of the snapshot were dumped at different times, so they are not one moment of the cloud. A few "
       "minutes "
       "are a note, more is a warning.",
       "Each schema was dumped on its own, one after another, while the cloud was at work.",
       "Rows that refer from one schema into another may be missing on one side, and a failure on them need not be "
       "real. "
       "Dump all schemas of a service in one command with --single-transaction.",
       "mysqldump --single-transaction --databases s1 s2 > cloud.sql"},
  };
}

}  // namespace rehearsal
