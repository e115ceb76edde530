#include "reports/verdict.h"

#include "sample.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

Finding finding(Severity severity, const std::string& title) {
  Finding out;
  out.code = "check-warning";
  out.severity = severity;
  out.service = "nova";
  out.title = title;
  return out;
}

GateRecord& gate(RunRecord& run, std::string_view id) {
  for (GateRecord& one : run.gates) {
    if (one.id == id) {
      return one;
    }
  }
  throw std::runtime_error("no such gate");
}

TEST(Verdict, HealthyRunIsGoAndSaysWhatWasProven) {
  RunRecord run = sample::healthy();
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::go);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_NE(run.reasons[0].find("5 steps"), std::string::npos) << run.reasons[0];
  EXPECT_NE(run.reasons[0].find("from 2023.1 to 2024.1"), std::string::npos);
}

TEST(Verdict, BlockerIsNoGoAndNamesStepRevisionTableAndCount) {
  const RunRecord run = sample::broken();
  EXPECT_EQ(run.verdict, Verdict::no_go);
  ASSERT_EQ(run.reasons.size(), 1U);
  for (const char* part : {"cinder:2024.1:sync", "9ab1b092a404", "100 rows", "cinder.volumes"}) {
    EXPECT_NE(run.reasons[0].find(part), std::string::npos) << run.reasons[0];
  }
}

TEST(Verdict, UnprovenRestoreOutranksABlocker) {
  RunRecord run = sample::broken();
  run.verified = false;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
  EXPECT_NE(run.reasons[0].find("not proven"), std::string::npos);
  EXPECT_NE(run.reasons[1].find("9ab1b092a404"), std::string::npos);
}

TEST(Verdict, FailedRestoreGateIsInconclusiveEvenWhereTheFlagSaysVerified) {
  RunRecord run = sample::healthy();
  gate(run, "restore-proven").result = GateResult::failed;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
}

TEST(Verdict, MandatoryGateNotRunIsInconclusiveAndOutranksAWarning) {
  RunRecord run = sample::healthy();
  gate(run, "online-complete").result = GateResult::not_run;
  run.findings.push_back(finding(Severity::warning, "a check warns"));
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
  EXPECT_NE(run.reasons[0].find("online-complete"), std::string::npos);
}

TEST(Verdict, AGateThatClaimsAnEarlierBlockerNeedsThatBlocker) {
  RunRecord run = sample::healthy();
  gate(run, "online-complete").result = GateResult::not_run;
  gate(run, "online-complete").after_blocker = true;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
}

TEST(Verdict, MissingMandatoryGateIsNotGo) {
  RunRecord run = sample::healthy();
  std::erase_if(run.gates, [](const GateRecord& one) { return one.id == "rows-expected"; });
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::inconclusive);
  EXPECT_NE(run.reasons[0].find("rows-expected"), std::string::npos);
}

TEST(Verdict, WarningMakesConditions) {
  RunRecord run = sample::healthy();
  run.findings.push_back(finding(Severity::warning, "a check warns"));
  run.findings.push_back(finding(Severity::info, "nothing to do"));
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::conditions);
  EXPECT_EQ(run.reasons, std::vector<std::string>{"nova: a check warns."});
}

TEST(Verdict, AnExceededWindowIsAConditionNotABlocker) {
  RunRecord run = sample::healthy();
  gate(run, "window").result = GateResult::failed;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::conditions);
  gate(run, "window").result = GateResult::not_run;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::go);
}

TEST(Verdict, FailedGateWithoutABlockerIsNoGoAndSaysSo) {
  RunRecord run = sample::healthy();
  gate(run, "rows-expected").result = GateResult::failed;
  gate(run, "rows-expected").detail = "3 rows of neutron.network_segment_ranges are gone";
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::no_go);
  EXPECT_NE(run.reasons[0].find("3 rows of neutron.network_segment_ranges"), std::string::npos);
}

TEST(Verdict, FailedStepWithoutABlockerIsNoGo) {
  RunRecord run = sample::healthy();
  run.steps[1].status = StepStatus::failed;
  judge(run);
  EXPECT_EQ(run.verdict, Verdict::no_go);
  EXPECT_NE(run.reasons[0].find("glance:2024.1:migrate"), std::string::npos);
}

TEST(Verdict, NothingRunIsNeverGo) {
  RunRecord nothing;
  judge(nothing);
  EXPECT_EQ(nothing.verdict, Verdict::inconclusive);
  RunRecord no_gates = sample::healthy();
  no_gates.gates.clear();
  judge(no_gates);
  EXPECT_EQ(no_gates.verdict, Verdict::inconclusive);
  RunRecord no_steps = sample::healthy();
  no_steps.steps.clear();
  judge(no_steps);
  EXPECT_EQ(no_steps.verdict, Verdict::inconclusive);
}

TEST(Verdict, AtMostFiveReasonsTheLastCountsTheRest) {
  RunRecord run = sample::healthy();
  for (int i = 0; i < 8; ++i) {
    run.findings.push_back(finding(Severity::blocker, "blocker " + std::to_string(i)));
  }
  judge(run);
  ASSERT_EQ(run.reasons.size(), 5U);
  EXPECT_NE(run.reasons[0].find("blocker 0"), std::string::npos);
  EXPECT_NE(run.reasons[4].find("4 more"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
