// A step that a limit ended is no failure of the migration, and no success.

#include "harness/step/step_limit.h"

#include <gtest/gtest.h>

#include "harness/run/gates.h"
#include "harness/step/step_judge.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

PlanStep some_step() {
  PlanStep step;
  step.id = "compute:2025.1:sync";
  step.service = "compute";
  step.release = "2025.1";
  step.phase = Phase::sync;
  step.timeout_seconds = 14400;
  return step;
}

TEST(StepLimit, EachHasACodeAndNamesItsKey) {
  struct Expected {
    const char* limit;
    const char* code;
    const char* key;
  };
  for (const Expected& one :
       {Expected{"memory", "memory-limit", "[limits] memory = \"8g\""},
        Expected{"processes", "process-limit", "[limits] processes = 1024"},
        Expected{"output", "output-limit", "[limits] output = \"512m\""},
        Expected{"files", "file-limit", "[limits] files = \"8g\""}, Expected{"idle", "idle", "[limits] idle = \"1h\""},
        Expected{"time", "step-timeout", "[limits] time = { sync = \"8h\" }"}}) {
    StepOutcome outcome;
    outcome.limit = one.limit;
    const Finding finding = limit_finding(some_step(), outcome);
    EXPECT_EQ(finding.code, one.code);
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_NE(finding.detail.find(one.key), std::string::npos) << finding.detail;
    EXPECT_EQ(finding.step, some_step().id);
  }
}

TEST(StepLimit, AStepThatSomebodyElseKilledIsNoFailureOfTheMigration) {
  StepOutcome outcome;
  outcome.limit = kKilledFromOutside;
  outcome.exit_status = 137;
  EXPECT_EQ(limit_finding(some_step(), outcome).code, "step-killed");
}

// What such a step printed and did to the rows is half of its work; an error in it may be the limit's own doing.
TEST(StepLimit, NothingElseIsSaidOfTheStepAndTheVerdictIsInconclusive) {
  const PlanStep step = some_step();
  const Service service;
  StepOutcome outcome;
  outcome.limit = "memory";
  outcome.meaning = ExitMeaning::failed;
  outcome.exit_status = 137;
  outcome.output = "Traceback (most recent call last):\nMemoryError\n";
  const StepEffects effects;
  const Schema before;
  const std::map<std::string, std::string> revisions, schemas;
  const std::vector<ExpectedRemainder> remainders;
  const StepJudgement judgement =
      judge_step(StepEvidence{step, service, schemas, outcome, effects, before, revisions, remainders, "2025.1"});
  ASSERT_EQ(judgement.findings.size(), 1U);
  EXPECT_EQ(judgement.findings.front().code, "memory-limit");
  EXPECT_EQ(judgement.record.status, StepStatus::skipped);
  EXPECT_TRUE(judgement.stops_lane);

  RunRecord record;
  record.verified = true;
  record.steps = {judgement.record};
  record.findings = judgement.findings;
  Plan plan;
  plan.path.from = "2024.1";
  plan.path.to = "2025.1";
  plan.lanes.resize(1);
  plan.lanes.front().service = "compute";
  plan.lanes.front().steps = {step};
  GateFacts facts;
  facts.restore_proven = true;
  set_gates(record, plan, facts);
  judge(record);
  EXPECT_EQ(record.verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace rehearsal
