// What a dump holds besides tables and rows, and in which form.
#include "reports/explain/explanations.h"

namespace rehearsal {

std::vector<Explanation> explanations_of_dump_content() {
  return {
      {"replication-statement", "info", "The dump holds a statement about replication; it is left out.",
       "It was made with --master-data or --dump-slave.",
       "Nothing is to be done: a rehearsal must never join production's replication. The position is of use only to "
       "whoever builds a replica.",
       "CHANGE MASTER TO MASTER_LOG_FILE='binlog.000042', MASTER_LOG_POS=4711;"},
      {"gtid-statement", "info", "The dump sets replication positions or switches the binary log; this is left out.",
       "It was made on a server with GTIDs, with options that write the position into the dump.",
       "Nothing is to be done.", "SET @@GLOBAL.GTID_PURGED='...';\nSET @@SESSION.SQL_LOG_BIN=0;"},
      {"account-statement", "info", "The dump makes accounts or grants; they are not restored.",
       "It was made with --system=users, or with the server's own schema.",
       "Nothing is to be done. Each service gets an account with the rights that installers grant; if yours have other "
       "rights in production, compare them yourself.",
       "GRANT ALL PRIVILEGES ON `s`.* TO `svc`@`%`;"},
      {"event-present", "info", "The dump holds an event. The rehearsal's scheduler stays off.",
       "Somebody planned work inside the server, such as a nightly purge.",
       "In production, make sure that it does not run during the upgrade and that it still fits the new schema "
       "afterwards.",
       "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE ..."},
      {"definer", "info", "Views, routines, triggers or events run in the name of this account.",
       "MariaDB writes who made the object into it.",
       "Make sure that the account exists on the server that the upgrade ends on. If it does not, reading the object "
       "fails there.",
       "/*!50017 DEFINER=`someone`@`10.0.0.5`*/"},
      {"mysql-producer", "warning", "Production runs MySQL, and the rehearsal MariaDB.",
       "The dump's header names a MySQL server.",
       "Take the answer about data and steps as good evidence and the times as rough. Statements that only one of the "
       "two refuses (defaults, generated columns, key lengths) are not proven.",
       "-- Server version 5.7.44"},
      {"mysql8-producer", "warning", "Production runs MySQL 8 or later, and the rehearsal MariaDB.",
       "The dump's header names such a server. Its collations, JSON type and instant DDL differ from MariaDB's.",
       "Take the answer about data and steps as evidence, not as proof: JSON is text in MariaDB, utf8mb4_0900 "
       "collations "
       "compare otherwise, and DDL takes another time.",
       "-- Server version 8.0.36"},
      {"non-innodb-engine", "warning", "A table is kept by another engine than InnoDB.",
       "It is very old, or the server's default engine was another one when it was made.",
       "Convert it before the upgrade. Foreign keys to it cannot be made, a step that fails leaves half of its rows, "
       "and "
       "a --single-transaction dump does not hold it at one moment.",
       "ALTER TABLE t ENGINE=InnoDB;"},
      {"system-schema", "info", "The server's own schema is in the dump and is not restored.",
       "It was made with --all-databases.", "Nothing is to be done.", "USE `mysql`;"},
      {"suspicious-charset", "warning",
       "The dump is written in a character set where a letter may hold the byte of a backslash, so that rows may be "
       "counted wrongly.",
       "The dump's client used gbk, big5, sjis, cp932 or gb18030.", "Dump again with --default-character-set=utf8mb4.",
       "/*!40101 SET NAMES gbk */;"},
      {"noise-line", "info", "A message of the dump program stands among its statements; it is left out.",
       "Its messages were sent into the same file (2>&1).",
       "Nothing is to be done for the rehearsal. A restore by the usual client would stop at the line: send messages "
       "elsewhere.",
       "mysqldump: [Warning] Using a password on the command line interface can be insecure."},
      {"client-command", "warning", "The dump holds a command for the client, such as \\! or source; it is left out.",
       "The file was put together by hand, or somebody changed it.",
       "Look at the line before anybody restores this file with an ordinary client, which would run it.",
       "\\! rm -rf /tmp/x"},
      {"zero-date", "info", "A column defaults to a zero date, which the strict mode of the services refuses.",
       "The table was made on an older server, without strict mode.",
       "Any ALTER of the table may fail with 1067, \"Invalid default value\". Give the column a NULL or a real default "
       "before "
       "the upgrade, and look for rows that hold the zero date.",
       "`c` datetime NOT NULL DEFAULT '0000-00-00 00:00:00'"},
      {"collation-mapped", "warning",
       "A collation of the dump is replaced by another one, as --map-collation or [snapshot] map_collations asked.",
       "The dump comes from MySQL 8, whose collations MariaDB does not know.",
       "Unique keys over text and ORDER BY may answer otherwise than in production. Those of 0900 are NO PAD: blanks "
       "at "
       "the end of a text count. Choose a collation with nopad in its name, or texts that differ in blanks alone "
       "become "
       "the same key and the restore is refused.",
       "rehearse run upgrade.toml --map-collation utf8mb4_0900_ai_ci=utf8mb4_uca1400_nopad_ai_ci"},
      {"server-series-differs", "warning",
       "Production runs a server of another series than the rehearsal, and the difference decides how migrations end.",
       "From MariaDB 11.5 on, a new table that names only its character set gets another collation than before, and a "
       "foreign key to an older table is refused (errno 150) where the two are not alike. Of some series nothing is "
       "known.",
       "Rehearse on production's series. Where the older server stands in, collations of the dump changed places, so "
       "that tables are alike where they are in production; texts compare by other rules.",
       "docker/build-images.sh docker mariadb:11.8\n"
       "[server]\n"
       "image = \"rehearsal/mariadb:11.8\"  # without containers: a folder that build-images.sh unpacked a server "
       "into"},
      {"server-variable-differs", "warning", "A variable that decides how migrations end is not as in production.",
       "The rehearsal's server cannot have production's value: it is of another make or series, or the value is fixed "
       "when the server is installed.",
       "Rehearse on a server that has it, named as [server] image; or look at what the finding says that it decides.",
       "innodb_page_size = 4096"},
      {"row-format", "info",
       "A table is in the old row format COMPACT or REDUNDANT, with shorter limits on rows and keys.",
       "It was made before DYNAMIC became the default, or the server's default row format was changed.",
       "Convert it before the upgrade if a step fails with 1071 or 1118; that copies the table.",
       "ALTER TABLE t ROW_FORMAT=DYNAMIC;"},
      {"orphan-rows", "warning",
       "Rows name a parent that is not there, although a foreign key forbids it. They were loaded because a restore "
       "does "
       "not check foreign keys.",
       "The key was once switched off (foreign_key_checks = 0) while rows were deleted or loaded, or the dump was "
       "taken "
       "without --single-transaction, while rows came and went.",
       "Look whether production has the same rows. If so, remove or mend them before the upgrade: a migration that "
       "copies the table, adds a key or touches these rows is refused with 1452. If not, dump again with "
       "--single-transaction.",
       "SELECT c.* FROM child c LEFT JOIN parent p ON c.parent_id = p.id WHERE c.parent_id IS NOT NULL AND p.id IS "
       "NULL"},
      {"orphans-not-counted", "info", "A foreign key could not be looked through for rows without their parent.",
       "Its parent table or column is not in the dump, both sides cannot be compared, or it took longer than a minute.",
       "Nothing is wrong with the rows by this. If the parent table is missing, dump it as well.",
       "the foreign key fk_a could not be looked through: Table 's.parents' doesn't exist (1146)"},
      {"zero-date-rows", "warning",
       "Rows hold dates without a year, month or day, which the strict mode of the services refuses.",
       "They were written by an older server or program, without strict mode.",
       "A migration that copies the table or writes the column is refused with 1292. Set such dates to NULL or to a "
       "real date before the upgrade.",
       "UPDATE s.t SET c = NULL WHERE MONTH(c) = 0 OR DAYOFMONTH(c) = 0"},
      {"empty-choice-rows", "warning", "Rows hold a value that is none of the choices of their ENUM column.",
       "Something else was written without strict mode; the server stored an empty value instead.",
       "A migration that changes the column is refused with 1265. Set the rows to one of the choices before the "
       "upgrade.",
       "SELECT * FROM s.t WHERE e + 0 = 0"},
      {"values-changed", "warning",
       "The server stored other values than the dump holds, as it does where no strict mode forbids it. What is "
       "rehearsed differs from production in these rows.",
       "Text that is not well-formed, numbers out of range, values too long: the dump was made with another character "
       "set than its rows have, was edited, or its table's definition is not that of production.",
       "Look at the line. Dump again with --default-character-set=utf8mb4 (or binary), and compare the table's "
       "definition with production's.",
       "Incorrect string value: '\\xE9' for column `s`.`t`.`c` at row 12 (1366)"},
      {"cross-database-orphan", "info",
       "Rows of one service's database speak of rows of another's that are not there. The finding says which, and how "
       "many of them are young enough to be skew: dumps that were taken one after the other, or work that was under "
       "way.",
       "No foreign key crosses databases. An operation that broke off half-way, a purge in one service only, or a "
       "deletion past the API leaves such rows for years: rot.",
       "The upgrade does not make it worse and mostly does not mind. Clean up with the tool that the finding names, "
       "before the upgrade, so that nobody takes old rot for new damage. With much skew, dump all databases at once.",
       "3 rows: ports that are bound to an instance which does not exist any more"},
      {"cross-database-not-checked", "info",
       "The databases of the snapshot could not be compared with each other, wholly or in one point.",
       "A query took longer than a minute or met columns that cannot be compared, such as ones of different "
       "collations; "
       "or no server could be started for it.",
       "Nothing is wrong with the upgrade by this. Compare by hand where it matters.",
       "Illegal mix of collations (utf8mb3_general_ci,IMPLICIT) and (utf8mb3_unicode_ci,IMPLICIT)"},
  };
}

}  // namespace rehearsal
