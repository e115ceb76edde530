#include "reports/waivers.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "reports/html/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/summary.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

constexpr const char* kToday = "2026-11-28";

WaiverRecord waiver(const std::string& finding, const std::string& table, const std::string& until = "2027-01-31") {
  return {finding, table, "an index of ours", "OPS-17", until, "", 0};
}

Finding found(Severity severity, const std::string& code, const std::string& table) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.service = "cinder";
  finding.table = table;
  finding.title = "something about " + table;
  return finding;
}

RunRecord judged(RunRecord run) {
  apply_waivers(run, kToday);
  judge(run);
  return run;
}

TEST(Waivers, TakeAFindingDownOneStepAndNoFurther) {
  RunRecord run = sample::healthy();
  run.findings = {found(Severity::blocker, "rows-deleted", "cinder.volumes"),
                  found(Severity::warning, "schema-drift", "cinder.volumes"),
                  found(Severity::blocker, "rows-deleted", "cinder.snapshots")};
  run.waivers = {waiver("rows-deleted", "cinder.volumes"), waiver("rows-deleted", "cinder.volumes"),
                 waiver("schema-drift", "")};
  apply_waivers(run, kToday);
  EXPECT_EQ(run.findings[0].severity, Severity::warning);
  ASSERT_TRUE(run.findings[0].waived);
  EXPECT_EQ(run.findings[0].waived->was, Severity::blocker);
  EXPECT_EQ(run.findings[1].severity, Severity::info);
  EXPECT_EQ(run.findings[2].severity, Severity::blocker);
  for (const WaiverRecord& one : run.waivers) {
    EXPECT_EQ(one.state, "applied");
    EXPECT_EQ(one.findings, 1U);
  }
}

TEST(Waivers, CountOnTheirLastDayAndNotAfterIt) {
  RunRecord run = sample::healthy();
  run.findings = {found(Severity::blocker, "rows-deleted", "a.b"), found(Severity::blocker, "rows-rewritten", "a.b")};
  run.waivers = {waiver("rows-deleted", "", kToday), waiver("rows-rewritten", "", "2026-11-27")};
  apply_waivers(run, kToday);
  EXPECT_EQ(run.findings[0].severity, Severity::warning);
  EXPECT_EQ(run.findings[1].severity, Severity::blocker);
  EXPECT_EQ(run.waivers[1].state, "expired");
  EXPECT_NE(waiver_text(run.waivers[1]).find("expired: 1 finding counts in full"), std::string::npos);
}

TEST(Waivers, OneThatMatchesNothingIsSaidToBe) {
  RunRecord run = sample::healthy();
  run.findings = {found(Severity::info, "schema-drift", "a.b")};
  run.waivers = {waiver("schema-drift", "a.b"), waiver("rows-deleted", "a.c")};
  run = judged(run);
  EXPECT_EQ(run.verdict, Verdict::go);
  EXPECT_EQ(run.waivers[0].state, "unused");
  EXPECT_NE(waiver_text(run.waivers[1]).find("matches no finding"), std::string::npos);
}

TEST(Waivers, AGateThatFailedForThemFollows) {
  RunRecord run = sample::healthy();
  run.findings = {found(Severity::warning, "rows-rewritten", "cinder.volumes")};
  for (GateRecord& gate : run.gates) {
    if (gate.id == GateId::rows_expected) {
      gate.result = GateResult::failed;
      gate.mandatory = false;
      gate.findings = {0};
    }
  }
  EXPECT_EQ(judged(run).verdict, Verdict::conditions);
  run.waivers = {waiver("rows-rewritten", "cinder.volumes")};
  EXPECT_EQ(judged(run).verdict, Verdict::go);
}

// A step that failed, with a fix that makes it pass, and all after it ran.
RunRecord mended() {
  RunRecord run = sample::broken();
  run.steps[4].passes_with_fix = true;
  run.steps[5].status = StepStatus::passed;
  for (GateRecord& gate : run.gates) {
    gate.findings = gate.id == GateId::steps_passed ? std::vector<std::size_t>{0} : std::vector<std::size_t>{};
    gate.result = gate.id == GateId::online_complete ? GateResult::passed : gate.result;
  }
  run.waivers = {waiver("null-in-not-null", "cinder.volumes")};
  return run;
}

TEST(Waivers, AStepThatPassesWithItsFixBecomesACondition) {
  EXPECT_EQ(judged(mended()).verdict, Verdict::conditions);
  RunRecord unwaived = mended();
  unwaived.waivers.clear();
  EXPECT_EQ(judged(unwaived).verdict, Verdict::no_go);
}

TEST(Waivers, OneOfTwoBlockersIsNotEnough) {
  RunRecord run = mended();
  run.findings.push_back(found(Severity::blocker, "duplicate-entry", "cinder.volumes"));
  run.findings.back().step = run.steps[4].id;
  run.gates[4].findings = {0, 1};
  EXPECT_EQ(judged(run).verdict, Verdict::no_go);
}

TEST(Waivers, DoNotStandForAStepThatNothingMakesPass) {
  RunRecord stopped = mended();
  stopped.steps[4].passes_with_fix = false;
  stopped = judged(stopped);
  EXPECT_EQ(stopped.verdict, Verdict::inconclusive);
  EXPECT_NE(stopped.reasons[0].text.find("cinder:2024.1:sync failed and nothing made it pass"), std::string::npos);
  // Nor for what did not run behind it.
  RunRecord unrun = mended();
  unrun.steps[5].status = StepStatus::not_run;
  EXPECT_EQ(judged(unrun).verdict, Verdict::inconclusive);
}

TEST(Waivers, AreListedInEveryReport) {
  RunRecord run = mended();
  run.waivers.push_back(waiver("rows-deleted", "cinder.gone"));
  run.waivers.push_back(waiver("schema-drift", "cinder.volumes", "2026-01-01"));
  run = judged(run);
  for (const std::string& page : {to_html(run).value(), to_markdown(run), to_junit(run),
                                  summary_text(run, SummaryOptions{}), report_json_text(run)}) {
    for (const char* part : {"OPS-17", "cinder.gone", "2026-01-01", "an index of ours"}) {
      EXPECT_NE(page.find(part), std::string::npos) << part << " is not in\n" << page.substr(0, 4000);
    }
  }
  const auto back = from_report_json(report_json_text(run));
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(report_json_text(*back), report_json_text(run));
  EXPECT_EQ(back->waivers.at(2).state, "expired");
  EXPECT_EQ(back->findings.at(0).waived->was, Severity::blocker);
}

TEST(Waivers, AWaivedStepIsNoFailureOfJunit) {
  const std::string told = to_junit(judged(mended()));
  EXPECT_NE(told.find("failures=\"0\""), std::string::npos) << told;
  EXPECT_EQ(told.find("<failure"), std::string::npos) << told;
}

}  // namespace
}  // namespace rehearsal
