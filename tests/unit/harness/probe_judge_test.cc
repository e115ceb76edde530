// What the answers of old and new code at the moments of a path come to.
#include "harness/probes/probe_judge.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

constexpr int kUnknownColumn = 1054;
constexpr int kNoTable = 1146;

Lane blue() {
  Lane lane;
  lane.service = "blue";
  lane.hops = {{"1", "2"}};
  for (const char* phase : {"expand", "contract"}) {
    PlanStep step;
    step.id = std::string("blue:2:") + phase;
    step.service = "blue";
    step.release = "2";
    lane.steps.push_back(step);
  }
  return lane;
}

CodeAnswer well(const std::string& name) {
  CodeAnswer answer;
  answer.asked = "blue.models." + name;
  answer.kind = "select";
  answer.table = "blue." + name;
  answer.seconds = 0.1;
  return answer;
}

CodeAnswer broken(const std::string& name, int error, const std::string& message) {
  CodeAnswer answer = well(name);
  answer.failed = true;
  answer.error = error;
  answer.message = message;
  answer.statement = "SELECT t.id FROM t";
  return answer;
}

CodeAnswer without_column(const std::string& name) {
  return broken(name, kUnknownColumn, "Unknown column '" + name + ".size' in 'SELECT'");
}

MomentAnswers old_code(const std::string& moment, std::vector<CodeAnswer> answers, bool must_live = true) {
  return {.moment = moment,
          .step = moment == "start" ? "" : "blue:" + moment,
          .code = "1",
          .must_live = must_live,
          .not_asked = {},
          .answers = std::move(answers)};
}

MomentAnswers new_code(const std::string& moment, std::vector<CodeAnswer> answers) {
  MomentAnswers one = old_code(moment, std::move(answers));
  one.code = "2";
  one.role = CodeRole::new_code;
  return one;
}

JudgedProbes judged(const std::vector<MomentAnswers>& answers, std::optional<Downtime> downtime = {}) {
  return judge_probes(blue(), answers, downtime);
}

TEST(ProbeJudge, NothingIsToldOfCodeThatLives) {
  const JudgedProbes told = judged({old_code("start", {well("cars")}), old_code("2:expand", {well("cars")}),
                                    new_code("2:expand", {well("cars")}), new_code("2:contract", {well("cars")})});
  EXPECT_TRUE(told.findings.empty());
  ASSERT_EQ(told.records.size(), 4U);
  EXPECT_EQ(told.records[0].role, "old");
  EXPECT_EQ(told.records[0].asked, 1);
  EXPECT_EQ(told.records[0].longest_wait, 0.1);
}

TEST(ProbeJudge, AColumnThatGoesWhileOldNodesRunIsOneFinding) {
  const JudgedProbes told =
      judged({old_code("start", {well("cars"), well("wheels")}),
              old_code("2:expand", {without_column("cars"), well("wheels")}), new_code("2:expand", {well("cars")}),
              old_code("2:contract", {without_column("cars"), well("wheels")}, false)});
  ASSERT_EQ(told.findings.size(), 1U);
  const Finding& finding = told.findings.front();
  EXPECT_EQ(finding.code, "old-code-breaks");
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.step, "blue:2:expand");
  EXPECT_EQ(finding.table, "blue.cars");
  EXPECT_EQ(finding.columns, std::vector<std::string>{"size"});
  EXPECT_NE(finding.detail.find("Stop blue's nodes of 1 before blue:2:expand; those of 2 may be started once "
                                "blue:2:expand is done."),
            std::string::npos)
      << finding.detail;
  EXPECT_EQ(told.records[1].failed, 1);
}

TEST(ProbeJudge, WhatMayStopDecidesHowBadItIs) {
  const std::vector<MomentAnswers> answers = {old_code("start", {well("cars")}),
                                              old_code("2:expand", {without_column("cars")})};
  EXPECT_EQ(judged(answers, Downtime::none).findings.front().severity, Severity::blocker);
  EXPECT_EQ(judged(answers, Downtime::api).findings.front().severity, Severity::blocker);
}

TEST(ProbeJudge, WhatFailedAtTheStartIsLeftOut) {
  const JudgedProbes told =
      judged({old_code("start", {without_column("cars")}), old_code("2:expand", {without_column("cars")}),
              new_code("2:expand", {without_column("cars")})});
  EXPECT_TRUE(told.findings.empty());
  ASSERT_EQ(told.records.size(), 3U);
  EXPECT_EQ(told.records[1].left_out, 1);
  EXPECT_EQ(told.records[1].failed, 0);
  EXPECT_EQ(told.records[0].leaves_out.front(),
            "select of blue.cars by blue.models.cars: (1054) Unknown column 'cars.size' in 'SELECT' at the start");
}

TEST(ProbeJudge, WhatTheContractTakesAwayIsThePointOfNoReturn) {
  const JudgedProbes told = judged({old_code("start", {well("cars")}), old_code("2:expand", {well("cars")}),
                                    old_code("2:contract", {without_column("cars")}, false)},
                                   Downtime::none);
  ASSERT_EQ(told.findings.size(), 1U);
  EXPECT_EQ(told.findings.front().code, "old-code-ends-here");
  EXPECT_EQ(told.findings.front().severity, Severity::info);
}

TEST(ProbeJudge, NewCodeMissesAColumnButMayLackATableThatNoStepMakes) {
  const CodeAnswer no_table = broken("doors", kNoTable, "Table 'blue.doors' doesn't exist");
  const JudgedProbes told =
      judged({old_code("start", {well("cars")}), new_code("2:expand", {without_column("cars"), no_table}),
              new_code("2:contract", {well("cars"), no_table})});
  ASSERT_EQ(told.findings.size(), 1U);
  EXPECT_EQ(told.findings.front().code, "new-code-breaks");
  EXPECT_EQ(told.findings.front().table, "blue.cars");
  EXPECT_EQ(told.records[1].left_out, 1);
}

TEST(ProbeJudge, ATableThatALaterStepMakesIsMissedUntilThen) {
  const JudgedProbes told =
      judged({new_code("2:expand", {broken("doors", kNoTable, "Table 'blue.doors' doesn't exist")}),
              new_code("2:contract", {well("doors")})});
  ASSERT_EQ(told.findings.size(), 1U);
  EXPECT_EQ(told.findings.front().code, "new-code-breaks");
}

TEST(ProbeJudge, WhatAFailedStepLeftIsToldAsSuch) {
  std::vector<MomentAnswers> answers = {old_code("start", {well("cars")}),
                                        old_code("2:expand", {without_column("cars")})};
  answers[1].after_failure = true;
  const JudgedProbes told = judged(answers);
  ASSERT_EQ(told.findings.size(), 1U);
  EXPECT_NE(told.findings.front().title.find("on what the failed step left"), std::string::npos);
  EXPECT_TRUE(told.records[1].after_failure);
}

TEST(ProbeJudge, ReadsAndWritesThatMissOneColumnAreOneFinding) {
  CodeAnswer insert = broken("cars", kUnknownColumn, "Unknown column 'size' in 'INSERT INTO'");
  insert.kind = "insert";
  CodeAnswer writes = well("cars");
  writes.kind = "insert";
  const JudgedProbes told =
      judged({old_code("start", {well("cars"), writes}), old_code("2:expand", {without_column("cars"), insert})});
  ASSERT_EQ(told.findings.size(), 1U);
  EXPECT_NE(told.findings.front().detail.find("2 questions fail after 2:expand: insert by blue.models.cars, select by "
                                              "blue.models.cars."),
            std::string::npos)
      << told.findings.front().detail;
}

TEST(ProbeJudge, WhatCouldNotBeAskedIsNamedOnce) {
  CodeAnswer no_row = well("cars");
  no_row.kind = "insert";
  no_row.left_out = "no row";
  const JudgedProbes told = judged({old_code("start", {no_row}), old_code("2:expand", {no_row})});
  EXPECT_EQ(told.records[0].leaves_out, std::vector<std::string>{"insert of blue.cars by blue.models.cars: no row"});
  EXPECT_EQ(told.records[1].left_out, 1);
  EXPECT_TRUE(told.records[1].leaves_out.empty());
}

TEST(ProbeJudge, AWriteThatNeverWorkedSaysNothing) {
  CodeAnswer collides = broken("cars", 1062, "Duplicate entry '1' for key 'PRIMARY'");
  collides.kind = "insert";
  const JudgedProbes told = judged({old_code("start", {well("cars")}), old_code("2:expand", {well("cars"), collides}),
                                    new_code("2:expand", {well("cars"), collides})});
  EXPECT_TRUE(told.findings.empty());
  EXPECT_EQ(told.records[1].left_out, 1);
  EXPECT_EQ(told.records[2].left_out, 1);
}

TEST(ProbeJudge, AColumnThatOldInsertsLackBreaksThem) {
  CodeAnswer insert = well("cars");
  insert.kind = "insert";
  CodeAnswer refused = broken("cars", 1364, "Field 'size' doesn't have a default value");
  refused.kind = "insert";
  const JudgedProbes told = judged({old_code("start", {insert}), old_code("2:expand", {refused})});
  ASSERT_EQ(told.findings.size(), 1U);
  EXPECT_EQ(told.findings.front().error, "(1364) Field 'size' doesn't have a default value");
}

TEST(ProbeJudge, CodeThatWasNotAskedSaysWhy) {
  MomentAnswers silent = old_code("start", {});
  silent.not_asked = "it cannot be loaded: ModuleNotFoundError";
  const JudgedProbes told = judged({silent});
  EXPECT_TRUE(told.findings.empty());
  EXPECT_NE(told.records.front().not_asked, "");
}

}  // namespace
}  // namespace rehearsal
