// Rows that a migration does not fit.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_rows() {
  return {
      {"duplicate-entry", "blocker",
       "Two or more rows hold the same value where a step makes or fills a unique key. The step stops at the first of "
       "them.",
       "The old schema allowed the duplicates: two requests at the same moment, a retry, rows written by hand, or a "
       "collation under which two texts are now equal. Soft-deleted rows count too.",
       "Find the groups with GROUP BY and HAVING COUNT(*) > 1, decide with the service's owner which row is the right "
       "one, and merge or remove the others with the service's own tools where they can. Then rehearse again.",
       "(1062, \"Duplicate entry 'a-b' for key 'uniq_t0c'\")\n"
       "SELECT c, COUNT(*) FROM t GROUP BY c HAVING COUNT(*) > 1;"},
      {"null-in-not-null", "blocker",
       "A step makes a column NOT NULL, or copies rows into such a column, and rows hold NULL there. MariaDB says "
       "1265, "
       "1048 or 1138, whichever way the step does it.",
       "An online data migration of the old release never filled the column, or skipped rows, which often are "
       "soft-deleted ones. Rows that were written by hand do it as well.",
       "Finish the old release's online data migrations with the old release's code; purge soft-deleted rows. Fill "
       "what "
       "is left with the value that the new code takes for granted, in the same maintenance window, before the step.",
       "(1265, \"Data truncated for column 'c' at row 3\")\n"
       "SELECT COUNT(*) FROM t WHERE c IS NULL;"},
      {"data-truncated", "blocker",
       "A value does not fit the new type of its column, and strict mode refuses to cut it. Most often it is a word "
       "that "
       "an ENUM does not list.",
       "A step changes a column's type, and rows hold values from before the new type was agreed on, or written past "
       "the "
       "service.",
       "List the values with SELECT c, COUNT(*) FROM t GROUP BY c and change the ones that the new type does not know. "
       "Never switch strict mode off instead: the server would cut the values silently.",
       "(1265, \"Data truncated for column 'c' at row 17\")"},
      {"value-too-long", "blocker",
       "A text is longer than its column will be after the step, or than the column that a step copies it to.",
       "The column becomes shorter, or the text grows on its way, as when ids are joined or JSON is written anew. "
       "Older "
       "servers without strict mode may have let longer values in.",
       "Find the rows by CHAR_LENGTH(c) and shorten them through the service's own interface, as other rows or "
       "programs "
       "may refer to the value.",
       "(1406, \"Data too long for column 'c' at row 1\")\n"
       "SELECT id, CHAR_LENGTH(c) FROM t WHERE CHAR_LENGTH(c) > 255;"},
      {"incorrect-value", "blocker",
       "A value cannot be read as the type that its column has or gets: a text as a number or date, a number out of "
       "range, bytes that are no text of the character set.",
       "Zero dates such as 0000-00-00 from servers without strict mode, numbers beyond a smaller type, or emoji and "
       "other 4-byte letters that meet a utf8mb3 column.",
       "Find the rows that the error names and set them to a valid value, or to NULL where the column allows it. Zero "
       "dates: UPDATE t SET c = NULL WHERE c < '0001-01-01'.",
       "(1292, \"Incorrect datetime value: '0000-00-00 00:00:00' for column 'c' at row 1\")\n"
       "(1366, \"Incorrect string value: '\\xF0\\x9F...' for column 'c' at row 1\")\n"
       "(1264, \"Out of range value for column 'c' at row 1\")"},
      {"foreign-key-orphan", "blocker",
       "A step adds a foreign key, or writes rows under one, and rows refer to a parent that is not there.",
       "The parent was deleted while the key did not exist, was removed by a purge that did not know the child, or "
       "while "
       "foreign_key_checks was off, as it is during every restore of a dump.",
       "Find the orphans with a LEFT JOIN to the parent. Mostly they are left-overs that may go; keep a copy of them "
       "first. Where they are not, the parent must be made again.",
       "(1452, 'Cannot add or update a child row: a foreign key constraint fails (`s`.`#sql-alter-1`, CONSTRAINT "
       "...)')\n"
       "SELECT t.id FROM t LEFT JOIN p ON p.id = t.p_id WHERE p.id IS NULL AND t.p_id IS NOT NULL;"},
      {"row-referenced", "blocker", "A step deletes or changes a row that other rows still refer to by a foreign key.",
       "The step expects that the children are gone or were never there; in this data some are, often soft-deleted "
       "rows "
       "or rows of a plug-in that is not in use any more.",
       "Look at the children that the constraint in the error names. Remove them with the service's own purge or "
       "archive "
       "command, or through its interface, before the upgrade.",
       "(1451, 'Cannot delete or update a parent row: a foreign key constraint fails (`s`.`t`, CONSTRAINT `t_ibfk_1` "
       "...)')"},
      {"rows-unlike-rule", "blocker",
       "A step wrote a column that its release is known to write, and rows came out otherwise than the release's code "
       "would make them.",
       "The code that ran is not the released one (a patch, a fork, a wrapper around the command), a trigger changed "
       "what was written, or the row has a shape that the migration did not foresee.",
       "Compare the rows that are named before and after the step (`rehearse shell RUN --at STEP`, and with --after), "
       "find who wrote them, and rehearse again. If the values are right all the same, waive the finding with a "
       "reason.",
       "2 rows of s.t came out otherwise than this release is known to write c"},
      {"rows-inserted", "warning",
       "A step added rows to a table that was there before, and nothing known of this release says that it should.",
       "A migration fills a table of defaults or copies rows from another table, a trigger writes along, or a wrapper "
       "of one's own does more than the migration.",
       "Look at the rows that are new. If they are right, accept it as a condition; a second run of the step must not "
       "add them again.",
       "600 rows were added to s.t"},
      {"column-dropped", "blocker",
       "A step dropped a column that held values, and nothing known of this release says that it should. The values "
       "are gone when the step has ended; MariaDB cannot take DDL back.",
       "A migration drops a column that it takes for unused, a downstream patch or an operator's own column is in its "
       "way, or the values were meant to be moved first.",
       "Keep a copy of the key and the column before the step. Read the migration: if it moves the values, the finding "
       "tells that it did not move all of them.",
       "s.t.c was dropped with values in 38 rows\nCREATE TABLE keep.t AS SELECT id, c FROM s.t;"},
      {"transaction-left-prepared", "blocker",
       "A step ended and left a prepared (XA) transaction on the server. What it wrote is neither visible nor given "
       "up, and the rows that it touched stay locked, also after a restart.",
       "The step, or a wrapper around it, uses two-phase commit and ended before the second phase.",
       "XA RECOVER lists it. Find out which program prepares it, and let that program commit or roll it back before "
       "the services start.",
       "XA RECOVER FORMAT='SQL';"},
      {"changed-by-check", "blocker",
       "A check or status command, which must only read, changed rows or schema of the database.",
       "The command is a wrapper that does more than the check, or the service's check has a side effect.",
       "Run nothing of the kind on production until it is known what it writes. The finding names the tables.",
       "svc:2025.1:check changed the database, and a check must change nothing"},
  };
}

}  // namespace rehearsal
