// Tables, columns, keys and views that are not as a migration expects them.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_schema() {
  return {
      {"duplicate-column", "blocker", "A step adds a column that the table has already.",
       "An earlier upgrade was interrupted after its ALTER and before it wrote its revision: MariaDB cannot roll DDL "
       "back. Or somebody added the column by hand, or took over a patch early.",
       "Compare the column with what the migration makes. If the upgrade was cut short and the column holds nothing of "
       "use, drop it and let the step make it again; never only write the revision on, as the rest of the migration "
       "would be missing.",
       "(1060, \"Duplicate column name 'c'\")\nALTER TABLE t DROP COLUMN c;"},
      {"duplicate-key-name", "blocker", "A step makes an index or constraint under a name that the table has already.",
       "Somebody added an index by hand under the same name, or an earlier upgrade stopped half-way.",
       "Compare the columns of both with SHOW CREATE TABLE. Rename or drop the one made by hand, then run the step; "
       "add "
       "it again under another name afterwards if queries need it.",
       "(1061, \"Duplicate key name 'ix_t_c'\")\nALTER TABLE t RENAME INDEX ix_t_c TO ix_t_c_ours;"},
      {"table-exists", "blocker", "A step makes a table or view that is there already.",
       "An earlier upgrade stopped half-way, a backup copy was left in the schema, two services share a schema, or the "
       "revision table says less than was done.",
       "Look at the table: is it empty, when was it made, does it have the columns that the step makes? A left-over of "
       "a "
       "broken upgrade is renamed or dropped; a table in use must not be.",
       "(1050, \"Table 't' already exists\")\nRENAME TABLE t TO t_before_upgrade;"},
      {"cannot-drop", "blocker",
       "A step drops a column, index or constraint that is not there, or an index that a foreign key still needs.",
       "Somebody removed or renamed it by hand, as when tools call an index redundant; or the constraint got another "
       "name from an older server or tool. With 1553 a foreign key uses the index.",
       "Make it again as it was at the old release, under the name in the error, so that the step can drop it. With "
       "1553, "
       "drop the foreign key that was added by hand, or give it an index of its own.",
       "(1091, \"Can't DROP INDEX `ix_t_c`; check that it exists\")\n"
       "(1553, \"Cannot drop index 'ix_t_c': needed in a foreign key constraint\")\n"
       "CREATE INDEX ix_t_c ON t (c);"},
      {"foreign-key-incompatible", "blocker",
       "A foreign key cannot be made because its two columns differ in type, sign, character set or collation, or "
       "because the parent has no key on its column.",
       "Old and new tables have different collations: the server's default collation changed with a server upgrade, or "
       "a "
       "part of the tables was converted by hand.",
       "Compare both columns with SHOW FULL COLUMNS; SHOW ENGINE INNODB STATUS tells more under LATEST FOREIGN KEY "
       "ERROR. Convert the table that differs, or set the schema's default collation to that of its old tables before "
       "the step.",
       "(1005, 'Can\\'t create table `s`.`t` (errno: 150 \"Foreign key constraint is incorrectly formed\")')\n"
       "ALTER DATABASE s DEFAULT CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci;"},
      {"key-too-long", "blocker", "A key would be longer than the row format of its table allows.",
       "With utf8mb4 each character counts 4 bytes: VARCHAR(255) needs 1020. Tables in the old formats COMPACT and "
       "REDUNDANT allow 767 bytes a column, DYNAMIC 3072.",
       "Convert the table to ROW_FORMAT=DYNAMIC before the upgrade; that copies the table, so plan the time. See that "
       "innodb_default_row_format is dynamic.",
       "(1071, 'Specified key was too long; max key length is 3072 bytes')\n"
       "(1709, 'Index column size too large. The maximum column size is 767 bytes')\nALTER TABLE t "
       "ROW_FORMAT=DYNAMIC;"},
      {"row-too-large", "blocker",
       "A table's columns together can be longer than a page holds (about 8126 bytes), or than 65535 bytes at all.",
       "Many VARCHAR columns in the row format COMPACT or REDUNDANT, or a conversion to utf8mb4 that makes each of "
       "them "
       "longer. With innodb_strict_mode the server refuses before any row is too long.",
       "Convert the table to ROW_FORMAT=DYNAMIC before the upgrade; remove columns that were added by hand. Switching "
       "innodb_strict_mode off only moves the failure to the first long row.",
       "(1118, 'Row size too large (> 8126). Changing some columns to TEXT or BLOB may help. ...')\n"
       "ALTER TABLE t ROW_FORMAT=DYNAMIC;"},
      {"unknown-collation", "warning",
       "A collation or character set is named that this server does not know. In a dump it is a warning; a step that "
       "meets it stops.",
       "The dump comes from MySQL 8 (utf8mb4_0900_...) or from a newer MariaDB (utf8mb4_uca1400_... is known from "
       "10.10 "
       "on), or a column was converted by hand.",
       "Convert the column or table in production to a collation that both servers know, or rehearse with the server "
       "that production will run. Comparison and order may change: look at unique keys over text.",
       "(1273, \"Unknown collation: 'utf8mb4_0900_ai_ci'\")\n"
       "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"},
      {"unknown-column", "blocker", "A statement of the step names a column that is not there.",
       "The schema is not what the recorded revision says: a migration was skipped or stamped, a column was dropped by "
       "hand. Or new code ran before its schema steps, or old code after them.",
       "Compare the table with that of a fresh installation of the old release. Bring the schema to where its revision "
       "says it is before the upgrade. A view or trigger of your own that names the column must be changed as well.",
       "(1054, \"Unknown column 'c' in 'field list'\")"},
      {"unknown-table", "blocker", "A statement of the step names a table that is not there.",
       "The table was dropped by hand or left out of the dump, belongs to a plug-in that was never migrated, or a step "
       "ran in the wrong order or on the wrong schema.",
       "Look whether production has the table: if so, dump all tables again. If not, make it as the old release's "
       "migrations would, and see that the step's configuration names the right schema.",
       "(1146, \"Table 's.t' doesn't exist\")\n(1051, \"Unknown table 's.t'\")"},
      {"view-invalid", "blocker",
       "A view refers to a table, column or account that is not there any more. It fails when it is read, and a backup "
       "of the schema fails on it.",
       "A view of your own reads a table that the upgrade changed or removed; or its definer was dropped or lacks a "
       "right.",
       "Drop the view before the upgrade and make it again, fitted to the new schema, afterwards. SHOW CREATE VIEW "
       "tells "
       "what it reads; test the backup after the upgrade.",
       "(1356, \"View 's.v' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack "
       "rights to use them\")"},
      {"definer-missing", "blocker",
       "A view, trigger or routine runs in the name of an account that the server does not have.",
       "The account was dropped or its host part changed after the object was made, or accounts were not moved along "
       "with "
       "the data to a new server.",
       "In production, look whether the account in the error exists. If it does, this is a matter of the rehearsal "
       "only; "
       "if not, make the object again with a definer that does exist.",
       "(1449, \"The user specified as a definer ('someone'@'%') does not exist\")\n"
       "SELECT table_schema, table_name, definer FROM information_schema.views;"},
      {"view-broken", "warning",
       "A step ended well and left a view that reads a table or column that is gone. The view fails whenever it is "
       "read, "
       "and the next mysqldump of its schema stops at it. As information: it was broken before the upgrade already.",
       "The migrations know nothing of views of your own, mostly made for reports. The server lets a column go that a "
       "view reads, and says nothing.",
       "Find out who reads the view. Drop it before the upgrade and make it again afterwards, fitted to the new "
       "schema. "
       "Run the backup once after the upgrade and look at its exit status.",
       "(1356, \"View 's.v' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack "
       "rights to use them\")\nDROP VIEW s.v;"},
      {"trigger-broken", "warning",
       "A trigger names a table or column that a step dropped or renamed. Each write that fires it fails from then on, "
       "also those of the service itself.",
       "A trigger of your own, as for auditing or billing, on a table that the upgrade changed.",
       "Drop the trigger before the upgrade. Make it again afterwards against the new schema, and try a write.",
       "(1054, \"Unknown column 'c' in 'NEW'\")\nDROP TRIGGER s.tr;"},
      {"routine-broken", "warning",
       "A stored procedure or function names a table or column that a step dropped or renamed. It fails when it is "
       "called.",
       "A routine of your own, for reports or cleaning, that was written for the old schema.",
       "Find its callers. Change it for the new schema in the same window, or drop it.",
       "(1054, \"Unknown column 'c' in 'field list'\")\nDROP PROCEDURE s.p;"},
      {"event-broken", "warning",
       "An event of the server's scheduler names a table or column that a step dropped or renamed. It fails each time "
       "it "
       "runs, and only the server's error log tells.",
       "A nightly job of your own inside the database, such as a purge or a summary.",
       "Change it for the new schema, or drop it before the upgrade; look at the error log after its next run.",
       "[ERROR] Event Scheduler: [s.e] Unknown column 'c' in 'where clause'\nDROP EVENT s.e;"},
      {"migration-not-applied", "info",
       "The release's code ships a migration that its schema command does not apply: the command's own list of heads "
       "leaves it out. The schema is where the release wants it.",
       "A slip of that release upstream. A later release finds the migration still to do and applies it.",
       "Nothing to do now. Do not make by hand what the migration would make: the release that applies it would find "
       "it "
       "there and stop. Expect its work, such as an index on a large table, in that later upgrade.",
       "svc 28.0.0 ships migration e8725d6fa226 and does not apply it"},
  };
}

}  // namespace rehearsal
