#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/twin/seeds.h"

namespace rehearsal {
namespace {

class Seeds : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    sql_ = server_->sql();
    execute({"SET foreign_key_checks = 0", "CREATE OR REPLACE DATABASE net",
             "CREATE TABLE net.attributes (id INT AUTO_INCREMENT PRIMARY KEY)",
             "CREATE TABLE net.kinds (name VARCHAR(20) PRIMARY KEY, size INT)",
             "INSERT INTO net.kinds VALUES ('old', 1)", "CREATE TABLE net.version (num VARCHAR(20) PRIMARY KEY)"});
  }
  void execute(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) {
      ASSERT_TRUE(sql_->execute(statement)) << statement;
    }
  }
  // A step that makes templates, with a random id, a time and a foreign key each, and adds to what is there.
  void step() {
    execute(
        {"CREATE TABLE net.templates (id CHAR(36) PRIMARY KEY, attribute INT, direction VARCHAR(9), port INT,"
         " created_at DATETIME, FOREIGN KEY (attribute) REFERENCES net.attributes (id))",
         "INSERT INTO net.attributes VALUES (NULL), (NULL)",
         "INSERT INTO net.templates SELECT UUID(), id, 'ingress', NULL, NOW() FROM net.attributes",
         "INSERT INTO net.templates SELECT UUID(), MIN(id), 'egress', 22, NOW() FROM net.attributes",
         "UPDATE net.kinds SET size = 2", "INSERT INTO net.kinds VALUES ('new', 5)",
         "INSERT INTO net.version VALUES ('abc')"});
  }
  [[nodiscard]] std::vector<SeedRow> learned() {
    SeedWatch watch({"net"}, {"version"});
    EXPECT_TRUE(watch.start(*sql_, "net"));
    step();
    EXPECT_TRUE(watch.after_step(*sql_, 0));
    execute({"UPDATE net.templates SET port = 23 WHERE port = 22"});
    EXPECT_TRUE(watch.after_step(*sql_, 1));
    EXPECT_TRUE(watch.of_step(1).empty());
    return watch.of_step(0);
  }

  std::unique_ptr<Sql> sql_;
};

TEST_F(Seeds, AreKnownByWhatIsTheSameEverywhere) {
  const std::vector<SeedRow> seeds = learned();
  const SeedRow ingress = {"net.templates", {{"direction", "ingress"}, {"port", std::nullopt}}};
  const SeedRow egress = {"net.templates", {{"direction", "egress"}, {"port", "23"}}};
  const SeedRow kind = {"net.kinds", {{"name", "new"}, {"size", "5"}}};
  EXPECT_EQ(seeds.size(), 4U);
  EXPECT_EQ(std::count(seeds.begin(), seeds.end(), ingress), 2);
  EXPECT_EQ(std::count(seeds.begin(), seeds.end(), egress), 1);
  EXPECT_EQ(std::count(seeds.begin(), seeds.end(), kind), 1);
}

TEST_F(Seeds, ThatAreMissingAreTold) {
  const std::vector<SeedRow> seeds = learned();
  StepRecord step;
  step.id = "net:2:sync";
  step.service = "net";
  const auto none = find_missing_seeds(*sql_, step, seeds);
  ASSERT_TRUE(none) << to_text(none.error());
  EXPECT_TRUE(none->empty());
  execute(
      {"DELETE FROM net.templates WHERE direction = 'ingress' LIMIT 1", "DELETE FROM net.kinds WHERE name = 'new'"});
  const auto found = find_missing_seeds(*sql_, step, seeds);
  ASSERT_TRUE(found) << to_text(found.error());
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).code, "seed-row-missing");
  EXPECT_EQ(found->at(0).severity, Severity::warning);
  EXPECT_EQ(found->at(0).table, "net.kinds");
  EXPECT_EQ(found->at(0).rows.at(0).at("name"), "new");
  EXPECT_EQ(found->at(1).table, "net.templates");
  EXPECT_EQ(found->at(1).row_count, 1);
}

TEST_F(Seeds, ATableThatIsNotThereIsToldElsewhere) {
  const std::vector<SeedRow> seeds = learned();
  execute({"DROP TABLE net.templates", "ALTER TABLE net.kinds DROP size"});
  const auto found = find_missing_seeds(*sql_, StepRecord{}, seeds);
  ASSERT_TRUE(found) << to_text(found.error());
  EXPECT_TRUE(found->empty());
}

}  // namespace
}  // namespace rehearsal
