#include <gtest/gtest.h>

#include "harness/locks/ddl_text.h"

namespace rehearsal {
namespace {

TEST(DdlText, TheTableOfEachKindIsFound) {
  struct Case {
    const char* sql;
    DdlKind kind;
    const char* schema;
    const char* table;
  };
  const Case cases[] = {
      {"ALTER TABLE tags CONVERT TO CHARACTER SET utf8mb4", DdlKind::alter_table, "", "tags"},
      {"\n/* why */ alter table `odd``name` ADD x int", DdlKind::alter_table, "", "odd`name"},
      {"ALTER ONLINE IGNORE TABLE IF EXISTS cloud . `tags` ADD x int", DdlKind::alter_table, "cloud", "tags"},
      {"CREATE UNIQUE INDEX uniq ON tags (a, b)", DdlKind::create_index, "", "tags"},
      {"CREATE INDEX IF NOT EXISTS `on` ON `cloud`.`tags` (a)", DdlKind::create_index, "cloud", "tags"},
      {"DROP INDEX ix ON tags", DdlKind::drop_index, "", "tags"},
      {"\nCREATE TABLE tags (\n\tid INTEGER NOT NULL\n)", DdlKind::create_table, "", "tags"},
      {"CREATE OR REPLACE TABLE IF NOT EXISTS tags (id int)", DdlKind::create_table, "", "tags"},
      {"CREATE TEMPORARY TABLE tags (id int)", DdlKind::none, "", ""},
      {"DROP TABLE IF EXISTS tags, others", DdlKind::drop_table, "", "tags"},
      {"RENAME TABLE tags TO old_tags", DdlKind::rename_table, "", "tags"},
      {"TRUNCATE tags", DdlKind::truncate_table, "", "tags"},
      {"ALTER DATABASE cloud CHARACTER SET utf8", DdlKind::other, "", ""},
      {"CREATE VIEW v AS SELECT 1", DdlKind::other, "", ""},
      {"INSERT INTO log VALUES ('ALTER TABLE x')", DdlKind::none, "", ""},
      {"", DdlKind::none, "", ""},
  };
  for (const Case& one : cases) {
    const DdlText read = read_ddl(one.sql);
    EXPECT_EQ(read.kind, one.kind) << one.sql;
    EXPECT_EQ(read.schema, one.schema) << one.sql;
    EXPECT_EQ(read.table, one.table) << one.sql;
  }
  EXPECT_EQ(read_ddl("DROP INDEX `on` ON tags").index, "on");
}

TEST(DdlText, AnAlgorithmIsAskedForInEachKindsOwnWay) {
  const auto asked = [](const char* sql) {
    return with_clauses(sql, read_ddl(sql), {"ALGORITHM=INPLACE", "LOCK=NONE"});
  };
  EXPECT_EQ(asked("ALTER TABLE t ADD x int ;"), "ALTER TABLE t ADD x int, ALGORITHM=INPLACE, LOCK=NONE");
  EXPECT_EQ(asked("CREATE INDEX i ON t (a)"), "CREATE INDEX i ON t (a) ALGORITHM=INPLACE LOCK=NONE");
  EXPECT_EQ(asked("DROP INDEX i ON t"), "ALTER TABLE `t` DROP INDEX `i`, ALGORITHM=INPLACE, LOCK=NONE");
}

TEST(DdlText, ReferencedTablesAreNamed) {
  EXPECT_EQ(
      referenced_tables("ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES `b` (id), ADD y text DEFAULT 'references c',"
                        " ADD FOREIGN KEY (z) REFERENCES d.e (id)"),
      (std::vector<std::string>{"b", "e"}));
}

TEST(DdlText, ForeignKeyChecksOfTheSession) {
  EXPECT_EQ(foreign_key_checks_set("SET FOREIGN_KEY_CHECKS=0"), 0);
  EXPECT_EQ(foreign_key_checks_set("set session foreign_key_checks = 1"), 1);
  EXPECT_EQ(foreign_key_checks_set("SET @@foreign_key_checks := OFF"), 0);
  EXPECT_EQ(foreign_key_checks_set("SET GLOBAL foreign_key_checks=0"), -1);
  EXPECT_EQ(foreign_key_checks_set("SET NAMES utf8"), -1);
  EXPECT_EQ(foreign_key_checks_set("UPDATE t SET foreign_key_checks=0"), -1);
}

TEST(DdlText, OneLineIsCutBetweenCharacters) {
  EXPECT_EQ(one_line("\nCREATE TABLE t (\n\tid int\n)\n", 100), "CREATE TABLE t ( id int )");
  EXPECT_EQ(one_line("aää", 4), "aä…");
  EXPECT_EQ(one_line("abc", 3), "abc");
}

}  // namespace
}  // namespace rehearsal
