// What leaves every value of every row where it was: nothing may be said of it. Each kind of statement that can harm
// has a twin here that does not.
#include "survey/change.h"

namespace rehearsal::survey {

namespace {

std::vector<Change> statements_on_tables() {
  return {
      {"optimize", "OPTIMIZE", "all", "OPTIMIZE TABLE t;"},
      {"analyze", "ANALYZE", "all", "ANALYZE TABLE t; CHECK TABLE t;"},
      {"force", "ALTER OPTION", "all", "ALTER TABLE t FORCE;"},
      {"engine", "ALTER OPTION", "all", "ALTER TABLE t ENGINE=InnoDB;"},
      {"row-format", "ALTER OPTION", "all -partitioned -myisam -generated",
       "ALTER TABLE t ROW_FORMAT=COMPRESSED, COMMENT='packed'; ALTER TABLE t ROW_FORMAT=DYNAMIC;"},
      {"add-index", "ADD INDEX", "all", "ALTER TABLE t ADD INDEX i1 (num); CREATE INDEX i2 ON t (v);"},
      {"drop-index", "DROP INDEX", "all",
       "CREATE INDEX i1 ON t (num); ALTER TABLE t ADD KEY i2 (v), ADD KEY i4 (n);\n"
       "ALTER TABLE t RENAME INDEX i1 TO i3; DROP INDEX i2 ON t; ALTER TABLE t DROP KEY i3, DROP INDEX IF EXISTS i4;"},
      {"add-unique", "ADD INDEX", "all -partitioned", "ALTER TABLE t ADD UNIQUE INDEX u1 (num);"},
      {"ignore-unique", "ALTER IGNORE", "all -partitioned", "ALTER IGNORE TABLE t ADD UNIQUE INDEX u1 (num);"},
      {"move-primary-key", "DROP PRIMARY KEY", "composite unicode binary odd soft typed",
       "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (num);"},
      {"add-surrogate-key", "ADD COLUMN", "nokey uuid",
       "ALTER TABLE t ADD COLUMN id INT NOT NULL AUTO_INCREMENT FIRST, ADD PRIMARY KEY (id);"},
      {"add-column", "ADD COLUMN", "all",
       "ALTER TABLE t ADD COLUMN x INT NULL, ADD y VARCHAR(20) NOT NULL DEFAULT 'w';"},
      {"add-column-first", "ADD COLUMN", "all",
       "ALTER TABLE t ADD COLUMN (x INT NULL, y INT NULL); ALTER TABLE t ADD COLUMN z DATETIME NULL FIRST;"},
      {"backfill", "ADD COLUMN", "all", "ALTER TABLE t ADD COLUMN x VARCHAR(64) NULL; UPDATE t SET x = v;"},
      {"backfill-touches",
       "ADD COLUMN",
       "all -nokey",
       "ALTER TABLE t ADD COLUMN x VARCHAR(64) NULL; UPDATE t SET x = v, updated_at = '2024-02-02 02:02:02';",
       {{Grade::at_most_warning, "rows-rewritten"}}},
      {"backfill-not-null", "MODIFY COLUMN", "plain composite unicode soft",
       "ALTER TABLE t ADD COLUMN x VARCHAR(64) NULL; UPDATE t SET x = v; ALTER TABLE t MODIFY x VARCHAR(64) NOT NULL;"},
      {"drop-column-of-nulls",
       "DROP COLUMN",
       "all",
       "ALTER TABLE t DROP COLUMN x;",
       {},
       "ALTER TABLE t ADD COLUMN x INT NULL;"},
      {"drop-generated", "DROP COLUMN", "generated", "ALTER TABLE t DROP COLUMN gs, DROP COLUMN gv;"},
      {"add-and-drop-column", "DROP COLUMN", "all",
       "ALTER TABLE t ADD COLUMN x INT NULL DEFAULT 5; ALTER TABLE t DROP COLUMN x;"},
      {"rename-column", "RENAME COLUMN", "all", "ALTER TABLE t RENAME COLUMN n TO remark;"},
      {"rename-column-back", "RENAME COLUMN", "all",
       "ALTER TABLE t RENAME COLUMN n TO n2; ALTER TABLE t CHANGE COLUMN n2 n VARCHAR(64) NULL;"},
      {"change-and-widen", "CHANGE COLUMN", "all", "ALTER TABLE t CHANGE n remark VARCHAR(200) NULL;"},
      {"exchange-and-back", "CHANGE COLUMN", "plain nokey composite soft",
       "ALTER TABLE t CHANGE v x VARCHAR(64) NOT NULL, CHANGE n v VARCHAR(64) NULL; ALTER TABLE t CHANGE x n "
       "VARCHAR(64)"
       " NOT NULL;\nALTER TABLE t CHANGE v x VARCHAR(64) NULL, CHANGE n v VARCHAR(64) NOT NULL; ALTER TABLE t CHANGE x "
       "n"
       " VARCHAR(64) NULL;"},
      {"widen-and-back", "MODIFY COLUMN", "all",
       "ALTER TABLE t MODIFY n VARCHAR(300) NULL; ALTER TABLE t MODIFY n VARCHAR(64) NULL;"},
      {"widen", "MODIFY COLUMN", "all",
       "ALTER TABLE t MODIFY n TEXT NULL, MODIFY moment DATETIME(6) NULL, MODIFY doc LONGTEXT NULL;"},
      {"widen-number", "MODIFY COLUMN", "all -generated", "ALTER TABLE t MODIFY num BIGINT NOT NULL;"},
      {"move-column", "MODIFY COLUMN", "all", "ALTER TABLE t MODIFY n VARCHAR(64) NULL FIRST;"},
      {"not-null", "MODIFY COLUMN", "all", "ALTER TABLE t MODIFY updated_at DATETIME NOT NULL;"},
      {"set-default", "ALTER COLUMN", "all",
       "ALTER TABLE t ALTER COLUMN num SET DEFAULT 3; ALTER TABLE t ALTER num DROP DEFAULT;"},
      {"enum-reordered", "MODIFY COLUMN", "typed",
       "ALTER TABLE t MODIFY en ENUM('blue','black','green','red'), MODIFY st SET('x','y','z','w');"},
      {"set-reordered",
       "MODIFY COLUMN",
       "typed",
       "ALTER TABLE t MODIFY st SET('z','x','y','w');",
       {{Grade::at_most_warning, "rows-rewritten"}}},
      {"types-kept", "MODIFY COLUMN", "typed",
       "ALTER TABLE t MODIFY tiny INT, MODIFY dec6 DECIMAL(30,10), MODIFY d DATETIME, MODIFY ti TIME(6), MODIFY lat"
       " VARCHAR(64) CHARACTER SET utf8mb4, MODIFY fl DOUBLE, MODIFY bl LONGBLOB, MODIFY bi BIT(16);"},
      {"convert", "CONVERT", "all", "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;"},
      {"add-check", "ADD CONSTRAINT", "all",
       "ALTER TABLE t ADD CONSTRAINT positive CHECK (num > 0); ALTER TABLE t DROP CONSTRAINT positive;"},
      {"add-foreign-key",
       "ADD FOREIGN KEY",
       "all -partitioned -myisam",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (num) REFERENCES others (num) ON DELETE CASCADE;",
       {},
       "CREATE TABLE others (num INT PRIMARY KEY); INSERT INTO others SELECT <0> + seq FROM seq_1_to_60;"},
      {"drop-foreign-key", "DROP FOREIGN KEY", "child", "ALTER TABLE t DROP FOREIGN KEY t_parent;"},
      {"drop-foreign-constraint", "DROP CONSTRAINT", "child", "ALTER TABLE t DROP CONSTRAINT t_parent;"},
      {"rename-there-and-back", "RENAME TABLE", "all", "RENAME TABLE t TO t2; RENAME TABLE t2 TO t;"},
      {"alter-rename-there-and-back", "ALTER RENAME", "all", "ALTER TABLE t RENAME TO t2; ALTER TABLE t2 RENAME t;"},
      {"copy-and-rename", "RENAME TABLE", "all -parent -setnull -child",
       "CREATE TABLE keep LIKE t; INSERT INTO keep (<columns>) SELECT <columns> FROM t; DROP TABLE t;"
       " RENAME TABLE keep TO t;"},
      {"drop-create-insert", "DROP TABLE", "all",
       "SET foreign_key_checks = 0; CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t; DROP TABLE t; <create>;"
       " INSERT INTO t (<columns>) SELECT <columns> FROM keep;"},
      {"replace-table", "CREATE OR REPLACE", "all -parent -setnull -child",
       "CREATE TABLE keep LIKE t; INSERT INTO keep (<columns>) SELECT <columns> FROM t; CREATE OR REPLACE TABLE t LIKE"
       " keep; INSERT INTO t (<columns>) SELECT <columns> FROM keep; DROP TABLE keep;"},
      {"truncate-insert", "TRUNCATE", "all",
       "SET foreign_key_checks = 0; CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t; TRUNCATE TABLE t;"
       " INSERT INTO t (<columns>) SELECT <columns> FROM keep;"},
      {"copy-and-swap", "RENAME TABLE", "all -parent -setnull -child -nokey",
       "CREATE TABLE _t_gho LIKE t; ALTER TABLE _t_gho ADD COLUMN x INT NULL, ADD KEY (num);\n"
       "INSERT IGNORE INTO _t_gho (<columns>) SELECT <columns> FROM t LOCK IN SHARE MODE;\n"
       "RENAME TABLE t TO _t_del, _t_gho TO t; DROP TABLE _t_del;"},
      {"copy-with-triggers-and-swap", "RENAME TABLE", "plain composite uuid soft",
       "CREATE TABLE _t_new LIKE t; ALTER TABLE _t_new MODIFY n VARCHAR(200) NULL;\n"
       "CREATE TRIGGER t_ins AFTER INSERT ON t FOR EACH ROW REPLACE INTO _t_new (v, num) VALUES (NEW.v, NEW.num);\n"
       "INSERT LOW_PRIORITY IGNORE INTO _t_new (<columns>) SELECT <columns> FROM t;\n"
       "RENAME TABLE t TO _t_old, _t_new TO t; DROP TABLE IF EXISTS _t_old;"},
      {"swap-and-back",
       "RENAME TABLE",
       "plain composite soft",
       "RENAME TABLE t TO w, u TO t, w TO u; RENAME TABLE t TO w, u TO t, w TO u;",
       {},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <70> AS k) AS made;"},
      {"partition", "PARTITION", "plain soft", "ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 3;"},
      {"reorganize",
       "PARTITION",
       "partitioned",
       "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p0 VALUES LESS THAN (<2>), PARTITION p1 VALUES LESS THAN"
       " (<5>)); ALTER TABLE t ADD PARTITION (PARTITION p9 VALUES LESS THAN (<99>)); ALTER TABLE t REBUILD PARTITION "
       "p2;"
       " ALTER TABLE t DROP PARTITION p9; ALTER TABLE t TRUNCATE PARTITION p0;",
       {},
       "DELETE FROM t WHERE id < <2>;"},
      {"remove-partitioning", "PARTITION", "partitioned", "ALTER TABLE t REMOVE PARTITIONING;"},
      {"generated-to-real", "MODIFY COLUMN", "generated", "ALTER TABLE t MODIFY gs VARCHAR(80) NULL;"},
      {"new-table", "CREATE TABLE", "all",
       "CREATE TABLE fresh (id INT PRIMARY KEY, v VARCHAR(64)); INSERT INTO fresh SELECT num, v FROM t; UPDATE fresh "
       "SET"
       " v = 'x'; DELETE FROM fresh LIMIT 3; CREATE TABLE other AS SELECT <columns> FROM t;"},
      {"new-table-dropped", "DROP TABLE", "all",
       "CREATE TABLE fresh AS SELECT <columns> FROM t; TRUNCATE fresh; INSERT INTO fresh SELECT <columns> FROM t; DROP"
       " TABLE fresh;"},
      {"drop-empty-table",
       "DROP TABLE",
       "plain nokey",
       "DROP TABLE hollow; DROP TABLE IF EXISTS nowhere;",
       {},
       "CREATE TABLE hollow (id INT PRIMARY KEY, v VARCHAR(64));"},
      {"objects", "CREATE OTHER", "plain soft",
       "CREATE VIEW look AS SELECT num, v FROM t; CREATE SEQUENCE counter; SELECT NEXTVAL(counter);\nDELIMITER //\n"
       "CREATE PROCEDURE p() BEGIN TRUNCATE t; DELETE FROM t; END//\n"
       "CREATE TRIGGER tr BEFORE DELETE ON t FOR EACH ROW BEGIN DELETE FROM nowhere; END//\nDELIMITER ;\n"
       "DROP TRIGGER tr; DROP PROCEDURE p; DROP VIEW look; DROP SEQUENCE counter;"},
      {"statement-that-fails",
       "RENAME TABLE",
       "plain soft parent child",
       "DELIMITER //\nBEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; RENAME TABLE t TO taken;"
       " ALTER TABLE t DROP COLUMN v, DROP COLUMN nope; ALTER TABLE t CHANGE n v VARCHAR(64); ALTER TABLE t RENAME TO"
       " taken; CREATE TABLE t (x INT); DROP TABLE nope; TRUNCATE TABLE nope; END//\nDELIMITER ;",
       {},
       "CREATE TABLE taken (id INT);"},
  };
}

std::vector<Change> statements_on_rows() {
  return {
      {"update-same", "UPDATE", "all", "UPDATE t SET v = v, n = n, doc = doc;"},
      {"update-there-and-back", "UPDATE", "all", "UPDATE t SET num = num + 500; UPDATE t SET num = num - 500;"},
      {"update-nothing", "UPDATE", "all", "UPDATE t SET v = 'x' WHERE num < 0; DELETE FROM t WHERE num < 0;"},
      {"replace-same", "REPLACE", "all -nokey -parent -setnull", "REPLACE INTO t (<columns>) SELECT <columns> FROM t;"},
      {"insert-ignore-same", "INSERT", "all -nokey", "INSERT IGNORE INTO t (<columns>) SELECT <columns> FROM t;"},
      {"on-duplicate-same", "ON DUPLICATE KEY", "all -nokey",
       "INSERT INTO t (<columns>) SELECT <columns> FROM t AS same ON DUPLICATE KEY UPDATE v = VALUES(v);"},
      {"delete-insert", "DELETE", "all",
       "SET foreign_key_checks = 0; CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t; DELETE FROM t;"
       " INSERT INTO t (<columns>) SELECT <columns> FROM keep;"},
      {"delete-insert-one", "DELETE", "all",
       "SET foreign_key_checks = 0; CREATE TEMPORARY TABLE keep AS SELECT <columns> FROM t WHERE num = <3>; DELETE FROM"
       " t WHERE num = <3>; INSERT INTO t (<columns>) SELECT <columns> FROM keep;"},
      {"insert-delete", "INSERT", "all",
       "INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <50> AS k) AS made; DELETE FROM t WHERE num = <50>;"},
      {"rollback", "ROLLBACK", "all -myisam",
       "START TRANSACTION; UPDATE t SET v = 'x'; DELETE FROM t WHERE num > <3>; ROLLBACK;"},
      {"left-open", "ROLLBACK", "all -myisam -parent", "SET autocommit = 0; DELETE FROM t;"},
      {"xa-commit", "XA", "plain composite",
       "XA START 'same'; UPDATE t SET v = v; DELETE FROM t WHERE num < 0; XA END 'same'; XA PREPARE 'same';"
       " XA COMMIT 'same';"},
      {"xa-rollback", "XA", "plain composite",
       "XA START 'back'; DELETE FROM t; XA END 'back'; XA PREPARE 'back'; XA ROLLBACK 'back';"},
      {"lock", "LOCK", "plain", "LOCK TABLES t WRITE; UPDATE t SET v = v; UNLOCK TABLES;"},
      {"select", "SELECT", "all", "SELECT COUNT(*), MAX(v) FROM t; EXPLAIN DELETE FROM t; SHOW CREATE TABLE t;"},
      {"temporary-shadow", "TEMPORARY", "plain composite empty",
       "CREATE TEMPORARY TABLE t (num INT, v INT); INSERT INTO t VALUES (1, 1), (2, 2); TRUNCATE TABLE t; INSERT INTO t"
       " VALUES (3, 3); UPDATE t SET v = 9; ALTER TABLE t DROP COLUMN v; DELETE FROM t; DROP TEMPORARY TABLE t;"},
      {"load-data-new", "LOAD DATA", "plain nokey",
       "CREATE TABLE fresh (id INT PRIMARY KEY, v VARCHAR(64)); LOAD DATA LOCAL INFILE '/rehearsal/etc/rows.txt' INTO"
       " TABLE fresh;"},
      {"revision",
       "UPDATE",
       "plain",
       "UPDATE alembic_version SET version_num = 'b'; DELETE FROM alembic_version;"
       " INSERT INTO alembic_version VALUES ('c');",
       {},
       "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('a');"},
      {"prepared-same", "EXECUTE", "plain composite",
       "PREPARE p FROM 'UPDATE t SET v = v WHERE num = ?'; SET @n = <3>; EXECUTE p USING @n; DEALLOCATE PREPARE p;"
       " EXECUTE IMMEDIATE 'ANALYZE TABLE t';"},
      {"multi-table-same",
       "MULTI-TABLE",
       "all",
       "UPDATE t JOIN helper ON helper.num = t.num SET t.v = helper.v; DELETE t FROM t JOIN helper ON helper.num ="
       " t.num WHERE helper.v IS NULL;",
       {},
       "CREATE TABLE helper AS SELECT num, v FROM t;"},
  };
}

}  // namespace

std::vector<Change> harmless_changes() {
  std::vector<Change> changes = statements_on_tables();
  const std::vector<Change> rows = statements_on_rows();
  changes.insert(changes.end(), rows.begin(), rows.end());
  return changes;
}

}  // namespace rehearsal::survey
