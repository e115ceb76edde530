#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/run/end_consistency.h"
#include "harness/run/end_tables.h"
#include "scenarios/catalogue.h"

namespace rehearsal {
namespace {

TEST(TablesRead, WhatAQueryReadsIsFoundInIt) {
  WantedTables wanted;
  add_tables_read(
      "SELECT t.`id`, COALESCE(t.updated_at, t.created_at) FROM `vm`.`instances` t JOIN vm.hosts h ON h.id = t.host_id"
      " WHERE t.deleted = 0 AND t.name <> 'x.y' AND NOT EXISTS (SELECT 1 FROM `disk`.volumes v WHERE v.vm = t.uuid)",
      wanted);
  ASSERT_EQ(wanted.size(), 3U);
  EXPECT_EQ((wanted[{"vm", "instances"}].columns),
            (std::set<std::string>{"id", "updated_at", "created_at", "host_id", "deleted", "name", "uuid"}));
  EXPECT_EQ((wanted[{"vm", "instances"}].keys), (std::set<std::string>{"host_id", "uuid"}));
  EXPECT_EQ((wanted[{"vm", "hosts"}].columns), std::set<std::string>{"id"});
  EXPECT_EQ((wanted[{"disk", "volumes"}].keys), std::set<std::string>{"vm"});
}

TEST(TablesRead, EveryCheckOfTheCatalogueNamesItsColumnsSo) {
  const auto catalogue = load_catalogue(REHEARSAL_SOURCE_DIR "/scenarios/catalogue");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  for (const ConsistencyCheck& check : catalogue->consistency) {
    RoleSchemas schemas;
    for (const std::string& role : roles_of(check)) {
      schemas[role] = {replace_all(role, ".", "_")};
    }
    WantedTables wanted;
    for (const ConsistencyQuery& query : queries_of(check, schemas)) {
      add_tables_read(query.sql, wanted);
      EXPECT_TRUE(wanted.contains({query.schema, query.table})) << check.id;
    }
    EXPECT_GE(wanted.size(), 2U) << check.id;
    for (const auto& [name, table] : wanted) {
      EXPECT_FALSE(table.keys.empty()) << check.id << " " << name.second;
    }
  }
}

class EndTables : public ServerTest {};

TEST_F(EndTables, AreTheSameOnAnotherServer) {
  const std::unique_ptr<Sql> sql = server_->sql();
  for (const char* statement :
       {"CREATE OR REPLACE DATABASE vm", "DROP DATABASE IF EXISTS `vm@end`",
        "CREATE TABLE vm.instances (id INT PRIMARY KEY, uuid VARCHAR(36) CHARACTER SET utf8mb3, secret TEXT, at "
        "DATETIME)",
        "INSERT INTO vm.instances VALUES (1, 'a\\nb''c', 's', '2026-01-02 03:04:05'), (2, NULL, 's', NULL)"}) {
    ASSERT_TRUE(sql->execute(statement)) << statement;
  }
  const std::filesystem::path file = server_->dir() / "vm.sql";
  const auto exported = export_tables(
      *sql, {{{"vm", "instances"}, {{"id", "uuid", "at", "gone"}, {"uuid"}}}, {{"vm", "not_there"}, {{"id"}, {}}}},
      file);
  ASSERT_TRUE(exported) << to_text(exported.error());
  EXPECT_EQ(read_file(file).value().find("secret"), std::string::npos);
  const auto imported = import_tables(*sql, file);
  ASSERT_TRUE(imported) << to_text(imported.error());
  EXPECT_EQ(*sql->value("SELECT COUNT(*) FROM `vm@end`.instances e JOIN vm.instances i USING (id) WHERE e.uuid <=> "
                        "i.uuid AND e.at <=> i.at"),
            "2");
  EXPECT_EQ(*sql->value("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'vm@end'"), "3");
  EXPECT_EQ(without_end(end_schema("vm")), "vm");
  EXPECT_EQ(without_end("vm"), "vm");
}

// Volumes of one service whose vm is in the database of another.
class Ends : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    sql_ = server_->sql();
    for (const char* statement :
         {"CREATE OR REPLACE DATABASE vm", "CREATE OR REPLACE DATABASE disk", "DROP DATABASE IF EXISTS `vm@end`",
          "DROP DATABASE IF EXISTS `disk@end`", "CREATE TABLE vm.instances (uuid CHAR(36) PRIMARY KEY, deleted INT)",
          "CREATE TABLE disk.volumes (id INT PRIMARY KEY, vm CHAR(36), updated_at DATETIME)",
          "INSERT INTO vm.instances VALUES ('a', 0), ('b', 0), ('c', 0)",
          "INSERT INTO disk.volumes VALUES (1, 'a', '2026-01-01'), (2, 'b', '2026-01-01'), (3, 'gone', '2026-01-01'),"
          " (4, 'c', '2026-03-02 12:00:00')"}) {
      ASSERT_TRUE(sql_->execute(statement)) << statement;
    }
  }
  // What the lanes do: each on its own, then all side by side.
  void run_lanes(const std::vector<std::string>& statements) {
    ASSERT_TRUE(sql_->execute("CREATE OR REPLACE DATABASE kept_vm"));
    WantedTables wanted;
    for (const ConsistencyQuery& query : queries_of(check_, kStart)) {
      add_tables_read(query.sql, wanted);
    }
    ASSERT_EQ(wanted.size(), 2U);
    ASSERT_TRUE(sql_->execute("CREATE TABLE kept_vm.instances AS SELECT * FROM vm.instances"));
    ASSERT_TRUE(sql_->execute("CREATE TABLE kept_vm.volumes AS SELECT * FROM disk.volumes"));
    for (const std::string& statement : statements) {
      ASSERT_TRUE(sql_->execute(statement)) << statement;
    }
    const auto left = export_tables(*sql_, wanted, server_->dir() / "ends.sql");
    ASSERT_TRUE(left) << to_text(left.error());
    for (const char* statement :
         {"DELETE FROM vm.instances", "INSERT INTO vm.instances SELECT * FROM kept_vm.instances",
          "DELETE FROM disk.volumes", "INSERT INTO disk.volumes SELECT * FROM kept_vm.volumes"}) {
      ASSERT_TRUE(sql_->execute(statement)) << statement;
    }
    const auto beside = import_tables(*sql_, server_->dir() / "ends.sql");
    ASSERT_TRUE(beside) << to_text(beside.error());
  }
  [[nodiscard]] std::optional<Finding> compared() {
    const EndCheck asked{check_, queries_of(check_, kStart), queries_of(check_, kEnd)};
    auto finding = compare_ends(*sql_, asked, "2026-03-01 04:00:00", "2026-04-01 00:00:00");
    EXPECT_TRUE(finding) << to_text(finding.error());
    return finding ? *finding : std::nullopt;
  }

  const RoleSchemas kStart = {{"vm.cell", {"vm"}}, {"disk.db", {"disk"}}};
  const RoleSchemas kEnd = {{"vm.cell", {"vm@end"}}, {"disk.db", {"disk@end"}}};
  ConsistencyCheck check_ = {"volume-without-vm",
                             "disk",
                             {"disk.db"},
                             "volumes",
                             "",
                             "NOT EXISTS (SELECT 1 FROM ${vm.cell}.instances i WHERE i.uuid = t.vm AND i.deleted = 0)",
                             {},
                             {"id", "vm"},
                             "t.updated_at",
                             Severity::info,
                             "",
                             false,
                             "volumes of no live vm",
                             "They are lost.",
                             "models"};
  std::unique_ptr<Sql> sql_;
};

TEST_F(Ends, WhatWasSoBeforeIsNoNews) {
  run_lanes({"UPDATE disk.volumes SET updated_at = '2026-04-01 01:00:00'"});
  EXPECT_FALSE(compared());
}

TEST_F(Ends, ARowThatAnotherLaneDeletedIsTold) {
  run_lanes({"UPDATE vm.instances SET deleted = 1 WHERE uuid = 'b'"});
  const std::optional<Finding> finding = compared();
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->code, "reference-broken");
  EXPECT_EQ(finding->severity, Severity::warning);
  EXPECT_EQ(finding->table, "disk.volumes");
  EXPECT_EQ(finding->row_count, 1);
  EXPECT_EQ(finding->rows.at(0).at("id"), "2");
}

TEST_F(Ends, WhatAMigrationFilledWronglyIsToldAndWhatIsYoungerThanTheDumpIsNot) {
  run_lanes({"DELETE FROM vm.instances WHERE uuid = 'c'",
             "UPDATE disk.volumes SET vm = 'nowhere', updated_at = '2026-04-01 01:00:00' WHERE id = 1"});
  const std::optional<Finding> finding = compared();
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->row_count, 1);
  EXPECT_EQ(finding->rows.at(0).at("id"), "1");
  EXPECT_NE(finding->detail.find("1 more changed after the earliest dump"), std::string::npos) << finding->detail;
}

TEST_F(Ends, AQueryThatFailsNamesItself) {
  run_lanes({});
  check_.where = "t.no_such_column = 1";
  const std::optional<Finding> finding = compared();
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->code, "cross-database-not-checked");
  EXPECT_NE(finding->detail.find("volume-without-vm"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
