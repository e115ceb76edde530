// What logged schema statements put at risk, and under which names tables and columns went on.
#include <gtest/gtest.h>

#include "harness/diff/ddl_effects.h"
#include "harness/diff/table_marks.h"

namespace rehearsal {
namespace {

DdlEffects effects_of(const std::vector<std::string>& statements) {
  DdlEffects effects;
  for (const std::string& sql : statements) {
    LoggedStatement statement;
    statement.schema = "s";
    statement.sql = sql;
    effects.take(statement);
  }
  return effects;
}

RowRisk risk(const std::string& sql) {
  const auto risks = effects_of({sql}).risks();
  const auto found = risks.find("s.t");
  EXPECT_NE(found, risks.end()) << sql;
  return found == risks.end() ? RowRisk::none : found->second;
}

using Names = std::map<std::string, std::string>;

TEST(DdlEffects, KeysConstraintsAndNewColumnsPutNoValueAtRisk) {
  for (const char* sql :
       {"ALTER TABLE t ADD INDEX i (a)", "CREATE INDEX i ON t (a)", "CREATE UNIQUE INDEX i ON s.t (a)",
        "DROP INDEX i ON t", "ALTER TABLE t ADD COLUMN b INT NOT NULL DEFAULT 0",
        "ALTER TABLE t ADD b INT, ADD UNIQUE u (b), DROP KEY i",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)", "ALTER TABLE t DROP FOREIGN KEY f",
        "ALTER TABLE t DROP CONSTRAINT c", "ALTER TABLE t RENAME INDEX i TO j", "ALTER TABLE t ALTER a SET DEFAULT 5",
        "ALTER TABLE t COMMENT 'x', ALGORITHM=INPLACE, LOCK=NONE"}) {
    EXPECT_EQ(risk(sql), RowRisk::none) << sql;
  }
}

TEST(DdlEffects, WhatMayChangeARowIsAtRisk) {
  for (const char* sql : {"TRUNCATE t",
                          "TRUNCATE TABLE s.t",
                          "DROP TABLE t",
                          "DROP TABLE IF EXISTS x, `t`",
                          "RENAME TABLE t TO u",
                          "RENAME TABLE u TO t",
                          "RENAME TABLE a TO b, t TO c",
                          "ALTER TABLE t RENAME TO u",
                          "ALTER TABLE u RENAME s.t",
                          "ALTER TABLE t DROP COLUMN a",
                          "ALTER TABLE t CHANGE a b INT",
                          "ALTER TABLE t RENAME COLUMN a TO b",
                          "ALTER TABLE t CONVERT TO CHARACTER SET latin1",
                          "ALTER IGNORE TABLE t ADD UNIQUE u (a)",
                          "ALTER TABLE t TRUNCATE PARTITION p",
                          "ALTER TABLE t DROP PARTITION p",
                          "ALTER TABLE t ENGINE=BLACKHOLE",
                          "ALTER TABLE t DISCARD TABLESPACE",
                          "CREATE OR REPLACE TABLE t (a INT)",
                          "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u"}) {
    EXPECT_EQ(risk(sql), RowRisk::any) << sql;
  }
  EXPECT_EQ(risk("ALTER TABLE t MODIFY a VARCHAR(300)"), RowRisk::if_rebuilt);
  EXPECT_EQ(risk("CREATE TABLE IF NOT EXISTS t (a INT)"), RowRisk::if_rebuilt);
}

TEST(DdlEffects, OfATextThatWasCutNobodyKnowsTheRest) {
  DdlEffects effects;
  LoggedStatement statement;
  statement.schema = "s";
  statement.sql = "ALTER TABLE t ADD COLUMN b ENUM('a','";
  statement.cut = true;
  effects.take(statement);
  EXPECT_EQ(effects.risks().at("s.t"), RowRisk::any);
}

TEST(DdlEffects, StatementsOnRowsAndOnOtherObjectsNameNoTable) {
  EXPECT_TRUE(effects_of({"UPDATE t SET a = 1", "CREATE VIEW t AS SELECT 1", "DROP VIEW t",
                          "CREATE TRIGGER t BEFORE "
                          "INSERT ON t FOR EACH ROW SET @a = 1",
                          "DROP TRIGGER t", "CREATE TEMPORARY TABLE t (a INT)"})
                  .risks()
                  .empty());
}

TEST(DdlEffects, AColumnIsFollowedThroughItsNames) {
  EXPECT_EQ(renamed_columns(effects_of({"ALTER TABLE t CHANGE a b INT"}), "s.t"), (Names{{"a", "b"}}));
  EXPECT_EQ(renamed_columns(effects_of({"ALTER TABLE t CHANGE a x INT", "ALTER TABLE t CHANGE b a INT",
                                        "ALTER TABLE t CHANGE x b INT"}),
                            "s.t"),
            (Names{{"a", "b"}, {"b", "a"}}));
  EXPECT_EQ(renamed_columns(effects_of({"ALTER TABLE t CHANGE a b INT, CHANGE b a INT"}), "s.t"),
            (Names{{"a", "b"}, {"b", "a"}}));
  EXPECT_EQ(renamed_columns(effects_of({"ALTER TABLE t CHANGE a b INT", "ALTER TABLE t CHANGE b a INT"}), "s.t"),
            Names{});
  EXPECT_EQ(renamed_columns(
                effects_of({"ALTER TABLE t CHANGE a b INT", "ALTER TABLE t DROP b", "ALTER TABLE t ADD b INT"}), "s.t"),
            Names{});
}

TEST(DdlEffects, ATableIsFollowedThroughItsNamesWithItsColumns) {
  const DdlEffects effects = effects_of(
      {"ALTER TABLE t RENAME COLUMN a TO b", "RENAME TABLE t TO old, fresh TO t", "ALTER TABLE old RENAME TO older"});
  EXPECT_EQ(effects.origins().at("s.older").table, "s.t");
  EXPECT_EQ(effects.origins().at("s.t").table, "s.fresh");
  EXPECT_EQ(renamed_columns(effects, "s.older"), (Names{{"a", "b"}}));
  EXPECT_EQ(renamed_columns(effects, "s.t"), Names{});
}

TEST(DdlEffects, WhatIsHiddenFromTheLogIsSaidToBeUnread) {
  for (const char* sql : {"SET STATEMENT max_statement_time = 100 FOR ALTER TABLE t DROP COLUMN a",
                          "EXECUTE IMMEDIATE CONCAT('TRUNC','ATE t')", "EXECUTE p", "CALL purge()",
                          "BEGIN NOT ATOMIC ALTER TABLE t DROP a; END", "SET SESSION slow_query_log = OFF",
                          "SET @@long_query_time = 10", "ALTER TABLE \"t\" DROP COLUMN a",
                          "IF 1 THEN DROP TABLE t; END IF", "DROP TABLE \"t\"", "RENAME TABLE \"t\" TO u"}) {
    EXPECT_TRUE(effects_of({sql}).unread()) << sql;
  }
  for (const char* sql :
       {"SELECT 1", "BEGIN", "SET foreign_key_checks = 0", "SET @old = 1", "CREATE VIEW v AS SELECT 1",
        "DROP TRIGGER x", "CREATE TEMPORARY TABLE t (a INT)", "ALTER DATABASE s CHARACTER SET utf8mb4",
        "ALTER TABLE t ADD INDEX i (a)", "CREATE INDEX i ON t (a)", "COMMIT", "ROLLBACK TO x",
        "ALTER DEFINER=x@y VIEW v AS SELECT 1", "DROP TABLE IF EXISTS t, u"}) {
    EXPECT_FALSE(effects_of({sql}).unread()) << sql;
  }
}

TEST(DdlEffects, AForeignKeyThatStoodForAWhileIsACascade) {
  const DdlEffects effects =
      effects_of({"ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id) ON DELETE "
                  "CASCADE",
                  "ALTER TABLE t DROP FOREIGN KEY f"});
  ASSERT_EQ(effects.cascades().size(), 1U);
  EXPECT_EQ(effects.cascades()[0].parent, "s.parent");
  EXPECT_EQ(effects.cascades()[0].child, "s.t");
}

TEST(TableMarks, FilesOfTablesHaveTheServersNames) {
  EXPECT_EQ(file_name_of_table("instance_mappings"), "instance_mappings");
  EXPECT_EQ(file_name_of_table("a-b.c d"), "a@002db@002ec@0020d");
}

}  // namespace
}  // namespace rehearsal
