#include "harness/gates.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "reports/verdict.h"

namespace rehearsal {
namespace {

StepRecord step(const std::string& phase, StepStatus status) {
  StepRecord record;
  record.service = "compute";
  record.release = phase == "online-before" ? "2024.1" : "2025.1";
  record.phase = phase;
  record.id = record.service + ":" + record.release + ":" + phase;
  record.status = status;
  record.seconds = 60;
  return record;
}

RunRecord run_of(const std::vector<std::pair<std::string, StepStatus>>& steps) {
  RunRecord record;
  record.verified = true;
  for (const auto& [phase, status] : steps) {
    record.steps.push_back(step(phase, status));
  }
  return record;
}

Plan plan_of() {
  Plan plan;
  plan.path = {"2024.1", "2025.1", {{"2024.1", "2025.1"}}};
  Lane lane;
  lane.service = "compute";
  plan.lanes = {lane};
  return plan;
}

const GateFacts kGood{true, false, true, "10 rows are there"};
constexpr auto kPassed = StepStatus::passed;
constexpr auto kNotRun = StepStatus::not_run;

const GateRecord& gate(const RunRecord& record, const std::string& id) {
  const auto found = std::find_if(record.gates.begin(), record.gates.end(), [&](const auto& g) { return g.id == id; });
  EXPECT_NE(found, record.gates.end()) << id;
  return *found;
}

Verdict verdict_of(RunRecord record, const GateFacts& facts = kGood, const Plan& plan = plan_of()) {
  set_gates(record, plan, facts);
  judge(record);
  return record.verdict;
}

TEST(Gates, AWholeRunIsGo) {
  EXPECT_EQ(
      verdict_of(run_of({{"online-before", kPassed}, {"expand", kPassed}, {"online", kPassed}, {"contract", kPassed}})),
      Verdict::go);
}

TEST(Gates, ACheckThatCouldNotBeJudgedIsNoGate) {
  EXPECT_EQ(verdict_of(run_of({{"online-before", kPassed},
                               {"check", StepStatus::skipped},
                               {"sync", kPassed},
                               {"status", StepStatus::skipped}})),
            Verdict::go);
}

TEST(Gates, APurgeIsNoPartOfTheUpgradeNorOfItsWindow) {
  RunRecord record = run_of({{"purge", StepStatus::skipped}, {"online-before", kPassed}, {"sync", kPassed}});
  record.window_seconds = 130;
  record.steps[0].seconds = 100;
  EXPECT_EQ(verdict_of(record), Verdict::go);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "window").result, GateResult::passed);
}

TEST(Gates, WhatDidNotRunIsNeverGo) {
  EXPECT_EQ(verdict_of(run_of({{"online-before", kPassed}, {"sync", kNotRun}})), Verdict::inconclusive);
  EXPECT_EQ(verdict_of(run_of({{"online-before", kNotRun}})), Verdict::inconclusive);
}

TEST(Gates, AStepThatFailedIsNoGoAndExcusesWhatCouldNotFollow) {
  RunRecord record = run_of({{"online-before", kPassed}, {"sync", StepStatus::failed}, {"online", kNotRun}});
  Finding blocker;
  blocker.code = "duplicate-entry";
  blocker.severity = Severity::blocker;
  blocker.service = "compute";
  blocker.step = "compute:2025.1:sync";
  record.findings.push_back(blocker);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "steps-passed").result, GateResult::failed);
  EXPECT_EQ(gate(record, "online-complete").result, GateResult::not_run);
  EXPECT_TRUE(gate(record, "online-complete").after_blocker);
  EXPECT_EQ(verdict_of(record), Verdict::no_go);
}

TEST(Gates, ARestoreThatIsNotProvenIsInconclusiveWhateverElse) {
  GateFacts facts = kGood;
  facts.restore_proven = false;
  RunRecord record = run_of({{"sync", kNotRun}});
  record.verified = false;
  EXPECT_EQ(verdict_of(record, facts), Verdict::inconclusive);
}

TEST(Gates, AServiceThatCouldNotBeRehearsedIsInconclusive) {
  Plan plan = plan_of();
  plan.not_rehearsed.emplace_back("storage", "no schema");
  EXPECT_EQ(verdict_of(run_of({{"sync", kPassed}}), kGood, plan), Verdict::inconclusive);
}

TEST(Gates, RowsThatWentUnexpectedlyAreACondition) {
  RunRecord record = run_of({{"sync", kPassed}});
  Finding warning;
  warning.code = "rows-deleted";
  warning.severity = Severity::warning;
  warning.service = "compute";
  warning.table = "compute.ranges";
  record.findings.push_back(warning);
  EXPECT_EQ(verdict_of(record), Verdict::conditions);
}

TEST(Gates, ARemainderBeyondTheExpectedFailsItsGate) {
  RunRecord record = run_of({{"online", kPassed}});
  record.steps[0].migrations = {{"fill_list", 9, 2, 7, 0}};
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "online-complete").result, GateResult::failed);
  record.steps[0].migrations = {{"marker", 1, 0, 1, 1}};
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "online-complete").result, GateResult::passed);
}

TEST(Gates, ContractBeforeTheRestFails) {
  RunRecord record = run_of({{"expand", StepStatus::failed}, {"contract", kPassed}});
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "contract-last").result, GateResult::failed);
}

TEST(Gates, TheWindowIsNoMandatoryGate) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.window_seconds = 30;
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "window").result, GateResult::failed);
  EXPECT_NE(verdict_of(record), Verdict::no_go);
}

}  // namespace
}  // namespace rehearsal
