#include "reports/compare.h"

#include "sample.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

Finding note(const std::string& code, Severity severity, const std::string& table = {}) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.table = table;
  finding.title = "something about " + (table.empty() ? "the dump" : table);
  return finding;
}

RunRecord judged(RunRecord run) {
  judge(run);
  return run;
}

std::string first_line(const Comparison& comparison) {
  return lines_of(to_text(comparison)).front();
}

TEST(Compare, ACureTurnsNoGoIntoGo) {
  RunRecord before = sample::broken();
  before.findings.insert(before.findings.begin(), note("skew", Severity::warning));
  const RunRecord after = judged(sample::healthy());
  const Comparison comparison = compare(before, after);

  EXPECT_EQ(first_line(comparison), "NO-GO → GO: 2 findings gone, nothing new");
  ASSERT_EQ(comparison.gone.size(), 2U);
  EXPECT_EQ(comparison.gone.front().code, "null-in-not-null") << "the gravest first";
  EXPECT_TRUE(comparison.appeared.empty());

  const std::string text = to_text(comparison);
  for (const char* part : {"steps-passed", "cinder:2024.1:sync: failed → passed",
                           "cinder:2024.1:online: not-run → absent", "The same snapshot: 48,211 rows"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Compare, ABadNightIsToldTheOtherWayRound) {
  const Comparison comparison = compare(judged(sample::healthy()), sample::broken());
  EXPECT_EQ(first_line(comparison), "GO → NO-GO: 1 finding new, nothing gone");
  EXPECT_NE(to_text(comparison).find("blocker  null-in-not-null: cinder:2024.1:sync"), std::string::npos)
      << to_text(comparison);
}

TEST(Compare, TheSameRunTwiceDiffersInNothing) {
  const RunRecord run = sample::broken();
  const Comparison comparison = compare(run, run);
  EXPECT_EQ(first_line(comparison), "NO-GO as before: the same finding");
  EXPECT_TRUE(comparison.steps.empty());
  EXPECT_TRUE(comparison.gates.empty());
  EXPECT_TRUE(comparison.notes.empty());
  EXPECT_TRUE(comparison.slower.empty());
  EXPECT_TRUE(comparison.same_snapshot);

  const RunRecord good = judged(sample::healthy());
  EXPECT_EQ(first_line(compare(good, good)), "GO as before: no findings");
}

TEST(Compare, FewerRowsOfTheSameFindingAreAChange) {
  RunRecord after = sample::broken();
  after.findings[0].row_count = 20;
  const Comparison comparison = compare(sample::broken(), after);
  EXPECT_EQ(first_line(comparison), "NO-GO as before: the same findings, 1 of them changed");
  EXPECT_NE(to_text(comparison).find("null-in-not-null cinder.volumes: 100 rows → 20 rows"), std::string::npos)
      << to_text(comparison);
}

TEST(Compare, FindingsArePairedOneToOne) {
  RunRecord before = sample::healthy();
  before.findings = {note("noise-line", Severity::info), note("noise-line", Severity::info),
                     note("row-format", Severity::info, "s.a")};
  RunRecord after = sample::healthy();
  after.findings = {note("row-format", Severity::info, "s.b"), note("noise-line", Severity::info)};
  const Comparison comparison = compare(before, after);
  EXPECT_EQ(comparison.unchanged, 1U);
  ASSERT_EQ(comparison.appeared.size(), 1U);
  EXPECT_EQ(comparison.appeared[0].table, "s.b");
  ASSERT_EQ(comparison.gone.size(), 2U) << "one of two equal ones, and the one of the other table";
}

TEST(Compare, TheNextRevisionThatStopsIsAnotherFinding) {
  RunRecord after = sample::broken();
  after.findings[0].revision = "c92a3e68beed";
  EXPECT_EQ(first_line(compare(sample::broken(), after)), "NO-GO as before: 1 finding new, 1 gone");
}

TEST(Compare, TimesNeedBothAShareAndSeconds) {
  const auto with = [](double a, double b, double c) {
    RunRecord run = sample::healthy();
    run.steps[0].seconds = a;
    run.steps[1].seconds = b;
    run.steps[2].seconds = c;
    return run;
  };
  // 30 % but 1.5 s; 10 s but 10 %; 10 s and a half.
  const Comparison comparison = compare(with(5, 100, 20), with(6.5, 110, 30));
  ASSERT_EQ(comparison.slower.size(), 1U);
  EXPECT_EQ(comparison.slower[0].step, "glance:2024.1:contract");
  EXPECT_TRUE(comparison.faster.empty());
  EXPECT_NE(to_text(comparison).find("glance:2024.1:contract: 20 s → 30 s (+50 %)"), std::string::npos)
      << to_text(comparison);

  const Comparison back = compare(with(6.5, 110, 30), with(5, 100, 20));
  ASSERT_EQ(back.faster.size(), 1U);
  EXPECT_TRUE(back.slower.empty());
}

TEST(Compare, TimesTakenOtherwiseAreNotCompared) {
  RunRecord after = sample::healthy();
  for (StepRecord& step : after.steps) {
    step.seconds *= 10;
    step.timed_alone = false;
  }
  const Comparison comparison = compare(sample::healthy(), after);
  EXPECT_TRUE(comparison.slower.empty());
  EXPECT_EQ(comparison.not_timed_alike.size(), after.steps.size());
  EXPECT_NE(to_text(comparison).find("The times of 5 steps are not compared"), std::string::npos)
      << to_text(comparison);
}

TEST(Compare, AFailedStepHasNoTime) {
  RunRecord after = sample::broken();
  after.steps[4].seconds = 100;
  EXPECT_TRUE(compare(sample::healthy(), after).slower.empty());
}

TEST(Compare, TellsWhatElseDiffers) {
  RunRecord after = sample::healthy();
  after.engine = "process";
  after.snapshot_key = "other";
  after.rows = 50'000;
  after.services[0].versions["2024.1"] = "24.1.0";
  const std::string text = to_text(compare(sample::healthy(), after));
  for (const char* part : {"Another snapshot: 48,211 rows before, 50,000 now", "engine: docker before, process now",
                           "cinder of 2024.1: 24.0.0 before, 24.1.0 now"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Compare, JsonHoldsTheSame) {
  RunRecord after = judged(sample::healthy());
  after.rows = 48'300;
  const auto json = to_json(compare(sample::broken(), after));
  EXPECT_EQ(json.at("schema"), "rehearsal-comparison/1");
  EXPECT_EQ(json.at("before").at("verdict"), "NO-GO");
  EXPECT_EQ(json.at("after").at("verdict"), "GO");
  EXPECT_TRUE(json.at("findings").at("new").is_array());
  EXPECT_TRUE(json.at("findings").at("new").empty());
  EXPECT_EQ(json.at("findings").at("gone").at(0).at("code"), "null-in-not-null");
  EXPECT_EQ(json.at("findings").at("gone").at(0).at("row_count"), 100);
  EXPECT_TRUE(json.at("times").at("slower").is_array());
  EXPECT_EQ(json.at("snapshot").at("rows_after"), 48'300);
  EXPECT_TRUE(json.at("notes").is_array());
}

}  // namespace
}  // namespace rehearsal
