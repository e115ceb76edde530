// Losses that the log of statements shows otherwise than they ran: spelled so that a reader of SQL may stumble, cut,
// hidden behind a statement that harms nothing, or of a table that goes by the name of another.
#include "survey/change.h"

namespace rehearsal::survey {

namespace {

// More than the log of statements keeps of one.
std::string filler() {
  return "/* " + std::string(300 << 10, 'x') + " */";
}

std::vector<Change> spellings() {
  return {
      {"comment-before", "TRUNCATE", "plain", "/* app: x */ -- y\n# z\nTRUNCATE TABLE t;", {lost()}},
      {"comment-inside", "TRUNCATE", "plain", "TRUNCATE/**/TABLE/* t2 */`t`;", {lost()}},
      {"comment-that-runs", "TRUNCATE", "plain", "/*!40000 TRUNCATE TABLE t */;", {lost()}},
      {"comment-that-runs-on-mariadb", "TRUNCATE", "plain", "/*M!100100 TRUNCATE TABLE t */;", {lost()}},
      {"comment-that-runs-in-part",
       "MODIFY COLUMN",
       "plain",
       "SET sql_mode = ''; ALTER TABLE t ADD INDEX (num) /*!50000 , MODIFY n VARCHAR(3) NULL */; ALTER TABLE t MODIFY n"
       " VARCHAR(64) NULL;",
       {rewritten()}},
      {"set-statement", "TRUNCATE", "plain", "SET STATEMENT max_statement_time = 100 FOR TRUNCATE TABLE t;", {lost()}},
      {"set-statement-alter",
       "DROP COLUMN",
       "plain",
       "SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t DROP COLUMN n; SET STATEMENT lock_wait_timeout = 10 "
       "FOR"
       " ALTER TABLE t ADD COLUMN n VARCHAR(64) NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"wait-clause", "TRUNCATE", "plain", "TRUNCATE TABLE t WAIT 5; ALTER TABLE t WAIT 5 ADD COLUMN x INT;", {lost()}},
      {"wait-clause-alter",
       "DROP COLUMN",
       "plain",
       "ALTER TABLE t NOWAIT DROP COLUMN n; ALTER TABLE t WAIT 5 ADD COLUMN n VARCHAR(64) NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"ansi-quotes", "TRUNCATE", "plain", "SET sql_mode = 'ANSI_QUOTES'; TRUNCATE TABLE \"t\";", {lost()}},
      {"ansi-quotes-alter",
       "DROP COLUMN",
       "plain",
       "SET sql_mode = 'ANSI_QUOTES'; ALTER TABLE \"t\" DROP COLUMN \"n\"; ALTER TABLE \"t\" ADD COLUMN \"n\" "
       "VARCHAR(64);",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"no-backslash",
       "RENAME TABLE",
       "plain",
       "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; ALTER TABLE t COMMENT = 'x\\', DROP COLUMN n; ALTER TABLE t ADD COLUMN n"
       " VARCHAR(64) NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"analyze-statement", "DELETE", "plain nokey", "ANALYZE FORMAT=JSON DELETE FROM t WHERE num = <3>;", {lost()}},
      {"upper-case", "TRUNCATE", "plain", "tRuNcAtE\n\tTaBlE\r\nt\n;", {lost()}},
      {"strange-name",
       "TRUNCATE",
       "plain",
       "TRUNCATE TABLE `a.b``c d`;",
       {lost("a.b`c d")},
       "CREATE TABLE `a.b``c d` AS SELECT * FROM t;"},
      {"strange-name-unquoted",
       "TRUNCATE",
       "plain",
       "TRUNCATE TABLE größe_$1;",
       {lost("größe_$1")},
       "CREATE TABLE `größe_$1` AS SELECT * FROM t;"},
      {"name-of-digits",
       "TRUNCATE",
       "plain",
       "TRUNCATE TABLE 2t;",
       {lost("2t")},
       "CREATE TABLE `2t` AS SELECT * FROM t;"},
      {"keyword-name",
       "TRUNCATE",
       "plain",
       "TRUNCATE `table`;",
       {lost("table")},
       "CREATE TABLE `table` AS SELECT * FROM t;"},
      {"cut-truncate", "TRUNCATE", "plain", "TRUNCATE " + filler() + " TABLE t;", {lost()}},
      {"cut-drop", "DROP TABLE", "plain", "DROP TABLE IF EXISTS nowhere, " + filler() + " t; <create>;", {lost()}},
      {"cut-alter",
       "DROP COLUMN",
       "plain",
       "ALTER TABLE t COMMENT '', " + filler() + " DROP COLUMN n; ALTER TABLE t " + filler() +
           " ADD COLUMN n VARCHAR(64)"
           " NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"cut-rename",
       "RENAME TABLE",
       "plain",
       "RENAME TABLE nothing TO something, " + filler() + " t TO w, u TO t; DROP TABLE w;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, {Grade::any, "", "*"}},
       "CREATE TABLE nothing (id INT); CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> "
       "+"
       " seq AS k FROM seq_1_to_12) AS made;"},
      {"cut-modify",
       "MODIFY COLUMN",
       "plain",
       "SET sql_mode = ''; ALTER TABLE t ADD INDEX (num), " + filler() +
           " MODIFY n VARCHAR(3) NULL; ALTER TABLE t MODIFY"
           " n VARCHAR(64) NULL;",
       {rewritten()}},
      {"cut-update", "UPDATE", "plain", "UPDATE " + filler() + " t SET v = 'x';", {rewritten()}},
      {"cut-harmless", "ADD INDEX", "plain", "ALTER TABLE t ADD INDEX (num), COMMENT '' " + filler() + ";"},
      {"failed-rename-then-delete",
       "RENAME TABLE",
       "plain soft",
       "DELIMITER //\nBEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; RENAME TABLE t TO taken;"
       " END//\nDELIMITER ;\nTRUNCATE TABLE t;",
       {lost()},
       "CREATE TABLE taken LIKE t;"},
      {"failed-exchange-then-loss",
       "CHANGE COLUMN",
       "plain",
       "DELIMITER //\nBEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; ALTER TABLE t CHANGE n v"
       " VARCHAR(64); END//\nDELIMITER ;\nALTER TABLE t DROP COLUMN n, ADD COLUMN n VARCHAR(64) NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
  };
}

// Names, and what a reader of the log may take for something else.
std::vector<Change> doubles() {
  return {
      {"column-in-capitals",
       "DROP COLUMN",
       "plain composite",
       "ALTER TABLE t DROP COLUMN N; ALTER TABLE t ADD COLUMN N VARCHAR(64) NULL; ALTER TABLE t CHANGE COLUMN N n"
       " VARCHAR(64) NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"exchange-in-capitals",
       "CHANGE COLUMN",
       "plain composite",
       "ALTER TABLE t CHANGE N W VARCHAR(64) NULL; ALTER TABLE t CHANGE X N VARCHAR(64) NULL; ALTER TABLE t CHANGE w X"
       " VARCHAR(64) NULL;",
       {{Grade::told, "column-dropped rows-rewritten"}},
       "ALTER TABLE t ADD COLUMN x VARCHAR(64) NULL; UPDATE t SET x = CONCAT('x', num);"},
      {"respelled-name", "CHANGE COLUMN", "plain", "ALTER TABLE t CHANGE n N VARCHAR(64) NULL;"},
      {"temporary-dropped", "TEMPORARY", "plain composite",
       "CREATE TEMPORARY TABLE t (num INT, v INT); ALTER TABLE t DROP COLUMN v; DROP TABLE t;"},
      {"temporary-renamed", "TEMPORARY", "plain composite",
       "CREATE TEMPORARY TABLE t (num INT, v INT); ALTER TABLE t CHANGE v n INT; ALTER TABLE t RENAME TO t9; DROP TABLE"
       " t9;"},
      {"temporary-then-real",
       "TEMPORARY",
       "plain composite nokey",
       "CREATE TEMPORARY TABLE t (num INT, v INT); TRUNCATE t; DROP TABLE t; TRUNCATE TABLE t;",
       {lost()}},
      {"temporary-exchange-then-loss",
       "TEMPORARY",
       "plain composite",
       "CREATE TEMPORARY TABLE t (v INT, n INT); ALTER TABLE t CHANGE v w INT; ALTER TABLE t CHANGE n v INT; ALTER "
       "TABLE t"
       " CHANGE w n INT; DROP TEMPORARY TABLE t; UPDATE t SET v = 'x';",
       {rewritten()}},
      {"create-if-not-exists", "CREATE TABLE", "plain nokey composite soft",
       "CREATE TABLE IF NOT EXISTS t (x INT); CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS x;"},
      {"drop-if-exists-then-create",
       "DROP TABLE",
       "plain nokey",
       "DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t"
       " (x INT); ",
       {{Grade::blocker, ""}}},
      {"rename-in-one", "RENAME TABLE", "plain nokey soft", "RENAME TABLE t TO t2, t2 TO t;"},
      {"rename-tables",
       "RENAME TABLE",
       "plain",
       "RENAME TABLES t TO w, u TO t; DROP TABLES w;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, {Grade::any, "", "u"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS"
       " made;"},
      {"dropped-and-renamed-here",
       "RENAME TABLE",
       "plain composite",
       "DROP TABLE t; ALTER TABLE u RENAME TO t;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, {Grade::any, "", "u"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS"
       " made;"},
      {"dropped-and-same-renamed-here",
       "RENAME TABLE",
       "plain composite",
       "DROP TABLE t; ALTER TABLE u RENAME TO t;",
       {{Grade::blocker, ""}, {Grade::any, "", "u"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <columns> FROM t; UPDATE u SET v = CONCAT('u', num);"},
      {"comment-on-column-type",
       "MODIFY COLUMN",
       "plain",
       "SET sql_mode = ''; ALTER TABLE t MODIFY n VARCHAR(3) NULL COMMENT 'x, ADD y INT'; ALTER TABLE t MODIFY n"
       " VARCHAR(64) NULL;",
       {rewritten()}},
      {"procedure-of-another-schema",
       "PROCEDURE",
       "plain",
       "USE information_schema; CALL <schema>.p();",
       {{Grade::blocker, "column-dropped rows-rewritten"}},
       "DELIMITER //\nCREATE PROCEDURE p() BEGIN ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n VARCHAR(64);"
       " END//\nDELIMITER ;"},
      {"key-made-anew",
       "DROP PRIMARY KEY",
       "composite soft odd",
       "UPDATE t SET v = 'x' WHERE num = <3>; ALTER TABLE t ADD COLUMN uuid CHAR(36) NULL; UPDATE t SET uuid = UUID();"
       " ALTER TABLE t MODIFY uuid CHAR(36) NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (uuid);",
       {{Grade::blocker, "rows-deleted rows-rewritten"}}},
      {"key-and-its-column-dropped",
       "DROP PRIMARY KEY",
       "composite odd",
       "ALTER TABLE t ADD COLUMN id2 INT NOT NULL AUTO_INCREMENT UNIQUE; ALTER TABLE t DROP PRIMARY KEY; UPDATE t SET "
       "v ="
       " 'x' WHERE num = <3>;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}}},
  };
}

// The log tells of an index on the table, and of nothing else that was done to it.
std::vector<Change> behind_an_index() {
  const std::string index = "ALTER TABLE t ADD INDEX hides (num);\n";
  const std::string other_column = "ALTER TABLE t ADD COLUMN x VARCHAR(64) NULL; UPDATE t SET x = CONCAT('x', num);";
  const std::vector<Sight> lost_values = {{Grade::blocker, "column-dropped rows-rewritten"}};
  const std::vector<Sight> doubtful = {{Grade::told, "column-dropped rows-rewritten"}};
  return {
      {"index-then-set-statement", "DROP COLUMN", "plain nokey composite",
       index + "SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t DROP COLUMN n;", lost_values},
      {"index-then-set-statement-and-again", "DROP COLUMN", "plain nokey composite",
       index +
           "SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t DROP COLUMN n; SET STATEMENT max_statement_time ="
           " 100 FOR ALTER TABLE t ADD COLUMN n VARCHAR(64) NULL AFTER v;",
       lost_values},
      {"index-then-ansi-quotes", "DROP COLUMN", "plain composite",
       index + "SET sql_mode = 'ANSI_QUOTES'; ALTER TABLE \"t\" DROP COLUMN \"n\"; ALTER TABLE \"t\" ADD COLUMN \"n\""
               " VARCHAR(64) NULL AFTER v;",
       lost_values},
      {"index-then-exchange", "RENAME COLUMN", "plain composite",
       index + "SET sql_mode = 'ANSI_QUOTES'; ALTER TABLE \"t\" RENAME COLUMN n TO x, RENAME COLUMN x TO n;", doubtful,
       other_column},
      {"index-then-execute", "EXECUTE", "plain composite",
       index +
           "EXECUTE IMMEDIATE CONCAT('ALTER TAB', 'LE t DROP COLUMN n'); EXECUTE IMMEDIATE CONCAT('ALTER TAB', 'LE t"
           " ADD COLUMN n VARCHAR(64) NULL AFTER v');",
       lost_values},
      {"index-then-cut", "DROP COLUMN", "plain",
       index + "ALTER " + filler() + " TABLE t DROP COLUMN n; ALTER " + filler() +
           " TABLE t ADD COLUMN n VARCHAR(64) NULL"
           " AFTER v;",
       lost_values},
      {"index-then-compound", "COMPOUND", "plain",
       index + "DELIMITER //\nBEGIN NOT ATOMIC ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n VARCHAR(64) NULL"
               " AFTER v; END//\nDELIMITER ;",
       lost_values},
      {"index-then-comment-that-runs", "DROP COLUMN", "plain",
       index + "/*!50000 ALTER TABLE t DROP COLUMN n */; /*M! ALTER TABLE t ADD COLUMN n VARCHAR(64) NULL AFTER v */;",
       lost_values},
      {"index-then-if-exists", "DROP COLUMN", "plain",
       index +
           "ALTER TABLE IF EXISTS t DROP COLUMN IF EXISTS n; ALTER TABLE IF EXISTS t NOWAIT ADD COLUMN n VARCHAR(64)"
           " NULL AFTER v;",
       lost_values},
      {"index-then-unlogged", "DROP COLUMN", "plain",
       index +
           "SET SESSION slow_query_log = OFF; ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n VARCHAR(64) NULL"
           " AFTER v;",
       lost_values},
      {"unlogged", "DROP COLUMN", "plain composite",
       "SET SESSION slow_query_log = OFF; ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n VARCHAR(64) NULL "
       "AFTER"
       " v;",
       lost_values},
      {"unlogged-exchange-of-tables",
       "RENAME TABLE",
       "plain composite",
       "SET SESSION long_query_time = 1000; RENAME TABLE t TO w, u TO t, w TO u;",
       {{Grade::told, "", "*"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <columns> FROM t; UPDATE u SET v = CONCAT('u', num);"},
      {"unlogged-truncate",
       "TRUNCATE",
       "plain nokey myisam partitioned",
       "SET SESSION slow_query_log = OFF; TRUNCATE TABLE t;",
       {lost()}},
      {"unread-truncate",
       "TRUNCATE",
       "nokey myisam partitioned soft",
       "SET STATEMENT max_statement_time = 100 FOR TRUNCATE TABLE t;",
       {lost()}},
      {"unread-truncate-partition",
       "PARTITION",
       "partitioned",
       "SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t TRUNCATE PARTITION p2;",
       {lost()}},
      {"index-then-truncate-partition",
       "PARTITION",
       "partitioned",
       index + "SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t TRUNCATE PARTITION p2;",
       {lost()}},
      {"index-then-exchange-partition",
       "PARTITION",
       "partitioned",
       index +
           "ALTER TABLE t DROP INDEX hides; SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t EXCHANGE PARTITION"
           " p2 WITH TABLE u; DROP TABLE u;",
       {lost(), {Grade::any, "", "u"}},
       "CREATE TABLE u LIKE t; ALTER TABLE u REMOVE PARTITIONING;"},
      {"one-index-then-another", "ADD INDEX", "plain composite",
       index + "SET STATEMENT max_statement_time = 100 FOR ALTER"
               " TABLE t ADD INDEX more (v); CREATE INDEX third ON t (n);"},
  };
}

}  // namespace

std::vector<Change> spelled_changes() {
  std::vector<Change> changes = behind_an_index();
  for (Change& change : changes) {
    change.alone = true;
  }
  for (const auto& more : {spellings(), doubles()}) {
    changes.insert(changes.end(), more.begin(), more.end());
  }
  return changes;
}

}  // namespace rehearsal::survey
