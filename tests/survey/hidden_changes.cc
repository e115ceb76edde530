// Losses where a reader of a step's own statements would not look: in routines and triggers, in another schema, in a
// phase that must change nothing, in a transaction that is neither done nor undone.
#include "survey/change.h"

#include "base/text.h"

namespace rehearsal::survey {

namespace {

std::vector<Change> routines() {
  return {
      {"procedure",
       "PROCEDURE",
       "plain nokey composite",
       "DELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM t WHERE num = <3>; END//\nDELIMITER ;\nCALL p(); DROP"
       " PROCEDURE p;",
       {lost()}},
      {"insert-select-from-procedure",
       "PROCEDURE",
       "plain composite",
       "DELIMITER //\nCREATE PROCEDURE fill() BEGIN INSERT INTO t (<columns>) SELECT <row> FROM (SELECT <50> AS k) AS"
       " made; END//\nDELIMITER ;\nCALL fill(); DROP PROCEDURE fill;",
       {{Grade::warning, "rows-inserted"}}},
      {"procedure-ddl",
       "PROCEDURE",
       "plain nokey composite soft",
       "DELIMITER //\nCREATE PROCEDURE p() BEGIN TRUNCATE TABLE t; END//\nDELIMITER ;\nCALL p(); DROP PROCEDURE p;",
       {lost()}},
      {"procedure-that-was-there",
       "PROCEDURE",
       "plain",
       "CALL p();",
       {{Grade::blocker, "column-dropped rows-rewritten"}},
       "DELIMITER //\nCREATE PROCEDURE p() BEGIN ALTER TABLE t DROP COLUMN n; ALTER TABLE t ADD COLUMN n VARCHAR(64);"
       " END//\nDELIMITER ;"},
      {"procedure-prepares",
       "PROCEDURE",
       "plain",
       "DELIMITER //\nCREATE PROCEDURE p(IN name VARCHAR(64)) BEGIN EXECUTE IMMEDIATE CONCAT('TRUNC', 'ATE TABLE ', "
       "name);"
       " END//\nDELIMITER ;\nCALL p('t'); DROP PROCEDURE p;",
       {lost()}},
      {"function",
       "PROCEDURE",
       "plain nokey",
       "SELECT f();",
       {lost()},
       "DELIMITER //\nCREATE FUNCTION f() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM t WHERE num = <3>; RETURN 1;"
       " END//\nDELIMITER ;"},
      {"compound",
       "COMPOUND",
       "plain",
       "DELIMITER //\nBEGIN NOT ATOMIC TRUNCATE TABLE t; END//\nDELIMITER ;",
       {lost()}},
      {"condition",
       "COMPOUND",
       "plain",
       "DELIMITER //\nIF (SELECT COUNT(*) FROM t) > 1 THEN TRUNCATE TABLE t; END IF//\nDELIMITER ;",
       {lost()}},
      {"execute-immediate", "EXECUTE", "plain nokey", "EXECUTE IMMEDIATE 'TRUNCATE TABLE t';", {lost()}},
      {"execute-joined", "EXECUTE", "plain", "EXECUTE IMMEDIATE CONCAT('TRUN', 'CATE TABLE ', 't');", {lost()}},
      {"execute-prepared",
       "EXECUTE",
       "plain composite",
       "SET @s = 'UPDATE t SET v = ? WHERE num = ?'; PREPARE p FROM @s; SET @v = 'x', @n = <3>; EXECUTE p USING @v, "
       "@n;",
       {rewritten()}},
      {"execute-alter",
       "EXECUTE",
       "plain",
       "SET @s = 'ALTER TABLE t DROP COLUMN n'; PREPARE p FROM @s; EXECUTE p; EXECUTE IMMEDIATE 'ALTER TABLE t ADD "
       "COLUMN"
       " n VARCHAR(64) NULL';",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"trigger",
       "TRIGGER",
       "plain nokey soft",
       "INSERT INTO signals VALUES (1);",
       {lost(), {Grade::warning, "rows-inserted", "signals"}},
       "CREATE TABLE signals (id INT); CREATE TRIGGER tr AFTER INSERT ON signals FOR EACH ROW DELETE FROM t WHERE num ="
       " <3>;"},
      {"trigger-made-for-it",
       "TRIGGER",
       "plain",
       "CREATE TABLE fresh (id INT); CREATE TRIGGER tr AFTER INSERT ON fresh FOR EACH ROW UPDATE t SET v = 'x'; INSERT"
       " INTO fresh VALUES (1); DROP TABLE fresh;",
       {rewritten()}},
      {"trigger-bends",
       "TRIGGER",
       "plain soft",
       "UPDATE t SET num = num;",
       {rewritten()},
       "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = 'bent';"},
      {"cursor",
       "PROCEDURE",
       "plain",
       "DELIMITER //\nBEGIN NOT ATOMIC FOR r IN (SELECT num FROM t) DO UPDATE t SET n = r.num WHERE num = r.num; END "
       "FOR;"
       " END//\nDELIMITER ;",
       {rewritten()}},
  };
}

std::vector<Change> elsewhere() {
  return {
      {"another-schema", "TRUNCATE", "plain nokey", "USE information_schema; TRUNCATE TABLE <schema>.t;", {lost()}},
      {"another-schema-alter",
       "DROP COLUMN",
       "plain",
       "USE information_schema; ALTER TABLE <schema>.t DROP COLUMN n; ALTER TABLE `<schema>` . `t` ADD n VARCHAR(64) "
       "NULL;",
       {{Grade::blocker, "column-dropped rows-rewritten"}}},
      {"another-schema-rename",
       "RENAME TABLE",
       "plain",
       "USE information_schema; RENAME TABLE <schema>.t TO <schema>.w, <schema>.u TO <schema>.t; DROP TABLE "
       "<schema>.w;",
       {{Grade::blocker, "rows-deleted rows-rewritten"}, {Grade::any, "", "u"}},
       "CREATE TABLE u LIKE t; INSERT INTO u (<columns>) SELECT <row> FROM (SELECT <60> + seq AS k FROM seq_1_to_12) AS"
       " made;"},
      {"another-schema-delete",
       "DELETE",
       "plain",
       "USE information_schema; DELETE FROM <schema>.t WHERE num = <3>;",
       {lost()}},
      {"drop-schema", "DROP SCHEMA", "plain nokey", "DROP DATABASE <schema>;", {lost()}, {}, {}, true},
      {"drop-and-create-schema",
       "DROP SCHEMA",
       "plain",
       "DROP SCHEMA <schema>; CREATE SCHEMA <schema>; USE <schema>; <create>;",
       {lost()},
       {},
       {},
       true},
      {"tablespace-discarded",
       "ALTER OPTION",
       "plain",
       "ALTER TABLE t DISCARD TABLESPACE;",
       {{Grade::told, ""}},
       {},
       {},
       true},
  };
}

std::vector<Change> unfinished() {
  const std::string prepared = "transaction-left-prepared";
  std::string much;
  for (int i = 0; i < 5200; ++i) {
    much += "SET foreign_key_checks = 1;\n";
  }
  return {
      {"left-prepared",
       "XA",
       "plain nokey",
       "XA START 'left'; DELETE FROM t WHERE num = <3>; XA END 'left'; XA PREPARE"
       " 'left';",
       {{Grade::told, prepared, ""}},
       {},
       {},
       true},
      {"left-prepared-empty",
       "XA",
       "plain",
       "XA START 'left'; UPDATE t SET v = 'x'; XA END 'left'; XA PREPARE 'left';",
       {{Grade::told, prepared, ""}},
       {},
       {},
       true},
      {"much-before-it", "TRUNCATE", "plain", much + "TRUNCATE TABLE t;", {lost()}},
      {"much-before-an-exchange",
       "CHANGE COLUMN",
       "plain",
       much +
           "ALTER TABLE t CHANGE n w VARCHAR(64) NULL; ALTER TABLE t CHANGE x n VARCHAR(64) NULL; ALTER TABLE t CHANGE"
           " w x VARCHAR(64) NULL;",
       {{Grade::told, "column-dropped rows-rewritten"}},
       "ALTER TABLE t ADD COLUMN x VARCHAR(64) NULL; UPDATE t SET x = CONCAT('x', num);"},
  };
}

// A check or a status that changes anything is told, whatever it changes.
std::vector<Change> reading_phases() {
  const std::vector<Sight> told = {{Grade::told, "", "*"}};
  std::vector<Change> changes;
  for (const Phase phase : {Phase::check, Phase::status}) {
    const std::string word = to_word(phase);
    const auto add = [&](const std::string& name, const std::string& kind, const std::string& sql,
                         const std::vector<Sight>& seen, const std::string& setup = {}) {
      changes.push_back({word + "-" + name, kind, "plain nokey", sql, seen, setup, {}, true, phase});
    };
    add("updates", "UPDATE", "UPDATE t SET v = 'x' WHERE num = <3>;", told);
    add("fills", "UPDATE", "UPDATE t SET n = 'x' WHERE n IS NULL;", told);
    add("inserts", "INSERT", "INSERT INTO t (v, num) VALUES ('x', <50>);", told);
    add("deletes", "DELETE", "DELETE FROM t WHERE num = <3>;", told);
    add("truncates", "TRUNCATE", "TRUNCATE TABLE t;", told);
    add("narrows", "MODIFY COLUMN",
        "SET sql_mode = ''; ALTER TABLE t MODIFY n VARCHAR(3) NULL; ALTER TABLE t MODIFY n"
        " VARCHAR(64) NULL;",
        told);
    add("adds-column", "ADD COLUMN", "ALTER TABLE t ADD COLUMN x INT NULL;", told);
    add("adds-table", "CREATE TABLE", "CREATE TABLE fresh (id INT);", told);
    add("drops-empty-table", "DROP TABLE", "DROP TABLE hollow;", told, "CREATE TABLE hollow (id INT);");
    add("reads", "SELECT", "SELECT COUNT(*) FROM t; SHOW CREATE TABLE t;", {});
    add("uses-temporary", "TEMPORARY", "CREATE TEMPORARY TABLE w AS SELECT * FROM t; DELETE FROM w;", {});
  }
  return changes;
}

}  // namespace

std::vector<Change> hidden_changes() {
  std::vector<Change> changes = routines();
  for (const auto& more : {elsewhere(), unfinished(), reading_phases()}) {
    changes.insert(changes.end(), more.begin(), more.end());
  }
  return changes;
}

}  // namespace rehearsal::survey
