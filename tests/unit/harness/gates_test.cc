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

TEST(Gates, AGateThatFailedNamesTheFindingsThatItFailedFor) {
  RunRecord record = run_of({{"online-before", kPassed}, {"sync", StepStatus::failed}, {"contract", kPassed}});
  Finding warning;
  warning.code = "rows-rewritten";
  warning.severity = Severity::warning;
  warning.service = "compute";
  warning.step = "compute:2024.1:online-before";
  Finding blocker = warning;
  blocker.code = "duplicate-entry";
  blocker.severity = Severity::blocker;
  blocker.step = "compute:2025.1:sync";
  record.findings = {warning, blocker};
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "steps-passed").findings, std::vector<std::size_t>{1});
  EXPECT_EQ(gate(record, "contract-last").findings, std::vector<std::size_t>{1});
  EXPECT_EQ(gate(record, "rows-expected").findings, std::vector<std::size_t>{0});
  EXPECT_TRUE(gate(record, "online-before-complete").findings.empty());
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
  add_window_finding(record);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "window").result, GateResult::failed);
  EXPECT_EQ(gate(record, "window").findings, std::vector<std::size_t>{0});
  EXPECT_EQ(verdict_of(record), Verdict::conditions);
  record = run_of({{"sync", kPassed}});
  record.window_seconds = 300;
  add_window_finding(record);
  EXPECT_TRUE(record.findings.empty());
  EXPECT_EQ(verdict_of(record), Verdict::go);
}

Finding finding_of(const std::string& code, Severity severity, const std::string& step = {}) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.service = "compute";
  finding.step = step;
  finding.table = "compute.ranges";
  return finding;
}

TEST(Gates, StepsPassedIsNotPassedBesideAFailedStepOfAnyPhase) {
  for (const char* phase : {"check", "status", "online", "online-before", "expand"}) {
    RunRecord record = run_of({{"sync", kPassed}, {phase, StepStatus::failed}});
    set_gates(record, plan_of(), kGood);
    EXPECT_EQ(gate(record, "steps-passed").result, GateResult::failed) << phase;
    EXPECT_NE(gate(record, "steps-passed").detail.find(record.steps[1].id), std::string::npos) << phase;
    EXPECT_EQ(verdict_of(record), Verdict::no_go) << phase;
  }
}

TEST(Gates, StepsPassedSaysHowManyChecksItCouldNotJudge) {
  RunRecord record = run_of({{"sync", kPassed}, {"status", StepStatus::skipped}});
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "steps-passed").result, GateResult::passed);
  EXPECT_EQ(gate(record, "steps-passed").detail, "1 step passed; 1 check not judged");
}

TEST(Gates, AStepOfThePlanThatTheRecordLacksDidNotRun) {
  Plan plan = plan_of();
  for (const Phase phase : {Phase::online_before, Phase::expand, Phase::online, Phase::contract}) {
    PlanStep planned;
    planned.service = "compute";
    planned.phase = phase;
    planned.id = std::string("compute:2025.1:") + to_word(phase);
    plan.lanes[0].steps.push_back(planned);
  }
  RunRecord record = run_of({});
  set_gates(record, plan, kGood);
  for (const char* id : {"online-before-complete", "steps-passed", "online-complete", "rows-expected", "contract-last",
                         "every-service-rehearsed"}) {
    EXPECT_EQ(gate(record, id).result, GateResult::not_run) << id << ": " << gate(record, id).detail;
  }
}

TEST(Gates, RowsOfStepsThatDidNotRunAreNotAsExpected) {
  RunRecord record = run_of({{"expand", kPassed}, {"contract", kNotRun}});
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "rows-expected").result, GateResult::not_run);
}

TEST(Gates, RowsThatCouldNotBeComparedAreNotAsExpected) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.findings.push_back(finding_of("rows-not-compared", Severity::warning, record.steps[0].id));
  EXPECT_EQ(verdict_of(record), Verdict::inconclusive);
}

TEST(Gates, EveryKindOfUnexpectedChangeOfRowsFailsTheGate) {
  for (const char* code : {"rows-deleted", "rows-rewritten", "rows-inserted", "column-dropped", "rows-unlike-rule",
                           "transaction-left-prepared", "changed-by-check"}) {
    RunRecord record = run_of({{"sync", kPassed}});
    record.findings.push_back(finding_of(code, Severity::warning, record.steps[0].id));
    set_gates(record, plan_of(), kGood);
    EXPECT_EQ(gate(record, "rows-expected").result, GateResult::failed) << code;
    record.findings[0].severity = Severity::info;
    set_gates(record, plan_of(), kGood);
    EXPECT_EQ(gate(record, "rows-expected").result, GateResult::passed) << code;
  }
}

TEST(Gates, ADumpThatSaysNothingOfItsEndIsNotKnownToBeWhole) {
  GateFacts facts = kGood;
  facts.dumps_unprovable = true;
  RunRecord record = run_of({{"sync", kPassed}});
  set_gates(record, plan_of(), facts);
  EXPECT_EQ(gate(record, "dump-complete").result, GateResult::not_run);
  record.findings.push_back(finding_of("dump-unprovable", Severity::warning));
  EXPECT_EQ(verdict_of(record, facts), Verdict::conditions);
}

TEST(Gates, ADumpOfTwoMomentsIsNotOfOne) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.findings.push_back(finding_of("skew", Severity::warning));
  record.findings.back().title = "the files were dumped 2 h apart";
  EXPECT_EQ(verdict_of(record), Verdict::conditions);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, "dump-complete").result, GateResult::failed);
}

}  // namespace
}  // namespace rehearsal
