#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "harness/run/invariants.h"

namespace rehearsal {
namespace {

const std::vector<Invariant> kInvariants = {
    {"vms", "vm", {"cell", "cell0"}, {{"instances", "COUNT(*)", "deleted = 0", {"deleted"}}}, "live vms", "models"},
    {"quotas", "vm", {"api"}, {{"quotas", "SUM(hard_limit)", "", {"hard_limit"}}}, "sum of quotas", "models"},
    {"disks", "disk", {"db"}, {{"volumes", "COUNT(*)", "", {}}}, "volumes", "models"}};

Service vm() {
  Service service;
  service.name = "vm";
  service.heads = {{"api", {{"r", {"a"}}}}, {"cell", {{"r", {"b"}}}}};
  return service;
}

Lane lane() {
  Lane lane;
  lane.service = "vm";
  lane.schemas = {{"api", "vm_api"}, {"cell1", "vm1"}, {"cell2", "vm2"}};
  return lane;
}

LaneOutcome outcome_of(const std::map<std::string, std::string>& before,
                       const std::map<std::string, std::string>& after) {
  LaneOutcome outcome;
  for (const auto& [id, text] : before) {
    outcome.before["invariant:" + id].text = text;
  }
  for (const auto& [id, text] : after) {
    outcome.after["invariant:" + id].text = text;
  }
  return outcome;
}

std::vector<Finding> found(const LaneOutcome& outcome) {
  return invariant_findings(kInvariants, vm(), lane(), outcome);
}

TEST(Invariants, ANumberThatChangedIsABlockerWithBothValues) {
  const std::map<std::string, std::string> before = {{"vms:vm1", "12"}, {"vms:vm2", "7"}, {"quotas:vm_api", "100"}};
  EXPECT_TRUE(found(outcome_of(before, before)).empty());
  const std::vector<Finding> broken =
      found(outcome_of(before, {{"vms:vm1", "12"}, {"vms:vm2", "5"}, {"quotas:vm_api", "100"}}));
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].code, "invariant-broken");
  EXPECT_EQ(broken[0].severity, Severity::blocker);
  EXPECT_EQ(broken[0].table, "vm2.instances");
  EXPECT_EQ(broken[0].title, "live vms in vm2: 7 before the path, 5 after it");
  EXPECT_EQ(broken[0].row_count, 2);
}

TEST(Invariants, WhatAFixOfOursMayHaveChangedIsInformation) {
  LaneOutcome outcome = outcome_of({{"vms:vm1", "12"}, {"vms:vm2", "7"}, {"quotas:vm_api", "1"}},
                                   {{"vms:vm1", "11"}, {"vms:vm2", "7"}, {"quotas:vm_api", "1"}});
  outcome.steps.emplace_back().passes_with_fix = true;
  ASSERT_EQ(found(outcome).size(), 1U);
  EXPECT_EQ(found(outcome)[0].severity, Severity::info);
}

TEST(Invariants, AQueryThatFailsNamesItself) {
  LaneOutcome outcome = outcome_of({{"vms:vm1", "12"}, {"vms:vm2", "7"}}, {{"vms:vm1", "12"}});
  outcome.after["invariant:vms:vm2"].refused = "Unknown column 'deleted' in 'where clause'";
  outcome.before["invariant:quotas:vm_api"].refused = "Table 'vm_api.quotas' doesn't exist";
  outcome.after["invariant:quotas:vm_api"].refused = "Table 'vm_api.quotas' doesn't exist";
  const std::vector<Finding> silent = found(outcome);
  ASSERT_EQ(silent.size(), 2U);
  EXPECT_EQ(silent[0].code, "invariant-not-asked");
  EXPECT_EQ(silent[0].severity, Severity::warning);
  EXPECT_NE(silent[0].detail.find("internal error"), std::string::npos);
  EXPECT_NE(silent[0].detail.find("vms"), std::string::npos);
  // What was never there cannot be lost.
  EXPECT_EQ(silent[1].severity, Severity::info);
}

TEST(Invariants, ALaneThatDidNotComeToTheEndIsToldElsewhere) {
  EXPECT_TRUE(found(outcome_of({{"vms:vm1", "12"}}, {})).empty());
}

class InvariantQuestions : public ServerTest {};

TEST_F(InvariantQuestions, AreAskedOfTheSchemasAsTheyAre) {
  const std::unique_ptr<Sql> root = server_->sql();
  for (const char* statement :
       {"CREATE OR REPLACE DATABASE vm1", "CREATE TABLE vm1.instances (id INT, deleted INT)",
        "INSERT INTO vm1.instances VALUES (1, 0), (2, 0), (3, 3)", "CREATE OR REPLACE DATABASE vm2",
        "CREATE TABLE vm2.instances (id INT, gone INT)", "CREATE OR REPLACE DATABASE vm_api",
        "CREATE TABLE vm_api.quotas (id INT, hard_limit INT)", "INSERT INTO vm_api.quotas VALUES (1, 10), (2, NULL)"}) {
    ASSERT_TRUE(root->execute(statement)) << statement;
  }
  const auto questions = invariant_questions(*root, kInvariants, vm(), lane());
  ASSERT_TRUE(questions) << to_text(questions.error());
  ASSERT_EQ(questions->size(), 3U);
  const auto answers = ask(*root, *questions);
  ASSERT_TRUE(answers) << to_text(answers.error());
  EXPECT_EQ(answers->at("invariant:vms:vm1").text, "2");
  EXPECT_EQ(answers->at("invariant:quotas:vm_api").text, "10");
  EXPECT_FALSE(answers->at("invariant:vms:vm2").text);
  EXPECT_NE(answers->at("invariant:vms:vm2").refused.find("deleted"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
