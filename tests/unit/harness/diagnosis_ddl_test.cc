#include <gtest/gtest.h>

#include "base/sql/ddl.h"

namespace rehearsal {
namespace {

using ActionKind = DdlAction::Kind;

DdlStatement read(const char* sql) {
  const std::optional<DdlStatement> statement = parse_ddl(sql);
  EXPECT_TRUE(statement) << sql;
  return statement.value_or(DdlStatement());
}

TEST(Ddl, AColumnThatMayNotBeNullAnyMore) {
  const DdlStatement s = read("ALTER TABLE volumes MODIFY use_quota BOOL NOT NULL DEFAULT true");
  EXPECT_EQ(s.table, "volumes");
  ASSERT_EQ(s.actions.size(), 1U);
  EXPECT_EQ(s.actions[0].kind, ActionKind::modify_column);
  EXPECT_EQ(s.actions[0].column.name, "use_quota");
  EXPECT_TRUE(s.actions[0].column.not_null);
  EXPECT_EQ(s.actions[0].column.default_sql, "true");
  EXPECT_EQ(canonical_type(s.actions[0].column.type), "TINYINT");
}

TEST(Ddl, AKeyIsReadInEverySpelling) {
  for (const char* sql :
       {"ALTER TABLE t ADD CONSTRAINT uniq_t0a UNIQUE (a, b)",
        "ALTER TABLE `t` ADD UNIQUE KEY `uniq_t0a` (`a`,`b`(10))", "CREATE UNIQUE INDEX uniq_t0a ON t (a, b DESC)",
        "alter table t add unique uniq_t0a (a, b)"}) {
    const DdlStatement s = read(sql);
    ASSERT_EQ(s.actions.size(), 1U) << sql;
    EXPECT_EQ(s.actions[0].kind, ActionKind::add_key) << sql;
    EXPECT_TRUE(s.actions[0].key.unique) << sql;
    EXPECT_EQ(s.actions[0].key.name, "uniq_t0a") << sql;
    EXPECT_EQ(s.actions[0].key.columns, (std::vector<std::string>{"a", "b"})) << sql;
  }
  EXPECT_FALSE(read("CREATE INDEX i ON t (a)").actions[0].key.unique);
}

TEST(Ddl, SeveralActionsOfOneStatement) {
  const DdlStatement s = read(
      "ALTER TABLE cloud.t ADD COLUMN c VARCHAR(36) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin DEFAULT 'a,b', "
      "DROP COLUMN d, CHANGE old new INTEGER UNSIGNED NULL, DROP INDEX i, DROP FOREIGN KEY fk_1, "
      "ADD CONSTRAINT fk_2 FOREIGN KEY(c) REFERENCES p (id) ON DELETE SET NULL, DROP PRIMARY KEY, "
      "ADD PRIMARY KEY (a, c), ENGINE=InnoDB");
  EXPECT_EQ(s.schema, "cloud");
  ASSERT_EQ(s.actions.size(), 9U);
  EXPECT_EQ(s.actions[0].column.length, 36U);
  EXPECT_EQ(s.actions[0].column.collation, "utf8mb3_bin");
  EXPECT_EQ(s.actions[0].column.default_sql, "'a,b'");
  EXPECT_EQ(s.actions[1].kind, ActionKind::drop_column);
  EXPECT_EQ(s.actions[2].name, "old");
  EXPECT_EQ(s.actions[2].column.name, "new");
  EXPECT_TRUE(s.actions[2].column.is_unsigned);
  EXPECT_EQ(s.actions[3].kind, ActionKind::drop_key);
  EXPECT_EQ(s.actions[4].kind, ActionKind::drop_foreign_key);
  EXPECT_EQ(s.actions[5].foreign_key.on_delete, "SET NULL");
  EXPECT_EQ(s.actions[5].foreign_key.table, "p");
  EXPECT_EQ(s.actions[6].name, "PRIMARY");
  EXPECT_TRUE(s.actions[7].key.primary);
  EXPECT_EQ(s.actions[8].kind, ActionKind::option);
}

TEST(Ddl, ATableWithKeysAndForeignKeys) {
  const DdlStatement s = read(
      "\nCREATE TABLE share_mapping (\n\tid BIGINT NOT NULL AUTO_INCREMENT, \n\tinstance_uuid VARCHAR(36), \n"
      "\t`key` VARCHAR(255), \n\tPRIMARY KEY (id), \n\tCONSTRAINT fk_1 FOREIGN KEY(instance_uuid) REFERENCES "
      "instances (uuid), \n\tUNIQUE (`key`), KEY ix (instance_uuid)\n)ENGINE=InnoDB CHARSET=utf8mb3 COLLATE "
      "utf8mb3_general_ci\n\n");
  EXPECT_EQ(s.kind, DdlStatement::Kind::create_table);
  EXPECT_EQ(s.charset, "utf8mb3");
  EXPECT_EQ(s.collation, "utf8mb3_general_ci");
  ASSERT_EQ(s.actions.size(), 7U);
  EXPECT_TRUE(s.actions[0].column.auto_increment);
  EXPECT_EQ(s.actions[2].column.name, "key");
  EXPECT_EQ(s.actions[4].foreign_key.target_columns, std::vector<std::string>{"uuid"});
  EXPECT_TRUE(s.actions[5].key.unique);
  EXPECT_FALSE(s.actions[6].key.unique);
}

TEST(Ddl, AColumnMayBeNamedKey) {
  const DdlStatement s = read("CREATE TABLE m (id INT NOT NULL, key VARCHAR(255), PRIMARY KEY (id))");
  ASSERT_EQ(s.actions.size(), 3U);
  EXPECT_EQ(s.actions[1].column.name, "key");
}

TEST(Ddl, ConversionsRenamesAndDrops) {
  const DdlStatement convert = read("ALTER TABLE tags CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  EXPECT_EQ(convert.actions.at(0).kind, ActionKind::convert);
  EXPECT_EQ(convert.actions.at(0).column.collation, "utf8mb4_bin");
  EXPECT_EQ(read("DROP INDEX resource_providers_uuid_idx ON resource_providers").actions.at(0).name,
            "resource_providers_uuid_idx");
  EXPECT_EQ(read("RENAME TABLE a TO b").actions.at(0).name, "b");
  EXPECT_EQ(read("ALTER TABLE a RENAME TO b").actions.at(0).kind, ActionKind::rename_table);
  EXPECT_EQ(read("ALTER TABLE a RENAME COLUMN x TO y").actions.at(0).column.name, "y");
  EXPECT_EQ(read("DROP TABLE IF EXISTS a").kind, DdlStatement::Kind::drop_table);
}

TEST(Ddl, OtherStatementsAreNone) {
  for (const char* sql : {"SELECT 1", "INSERT INTO t VALUES (1)", "CREATE TEMPORARY TABLE t (a INT)", "",
                          "ALTER USER x", "CREATE DATABASE x", "DROP VIEW v"}) {
    EXPECT_FALSE(parse_ddl(sql)) << sql;
  }
}

}  // namespace
}  // namespace rehearsal
