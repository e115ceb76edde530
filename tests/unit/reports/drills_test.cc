// Drills as every page tells them.
#include "reports/drills.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "reports/html/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/summary.h"

namespace rehearsal {
namespace {

DrillRecord drill(const DrillColumn& column, DrillEnd end, const std::string& words = {}) {
  return {.killed = column.killed,
          .fraction = column.fraction,
          .in_longest_schema = column.in_longest_schema,
          .until = {.seconds = 0.5, .statements = 7, .schema_statements = 2},
          .end = end,
          .words = words,
          .table = {}};
}

StepDrill all_converge() {
  StepDrill drills;
  for (const DrillColumn& column : kDrillColumns) {
    drills.drills.push_back(drill(column, DrillEnd::converges));
  }
  drills.may_be_repeated = Repeat::proven;
  return drills;
}

// The last step stops after a kill at half; the one before it was not drilled.
RunRecord drilled_run() {
  RunRecord run = sample::healthy();
  run.steps[0].drill = all_converge();
  run.steps[0].talk = TalkTime{.seconds = 1.5, .statements = 40, .schema_statements = 3};
  run.steps[3].drill.emplace().why_not = "only a sample of it was run";
  run.steps[4].drill = all_converge();
  run.steps[4].drill->may_be_repeated = Repeat::no;
  run.steps[4].drill->drills[1] = drill(kDrillColumns[1], DrillEnd::stops, "Table 'tags' already exists (1050)");
  run.steps[4].drill->drills[2] = drill(kDrillColumns[2], DrillEnd::differs, "cinder.tags lacks 3 rows");
  run.steps[4].drill->drills[2].table = "cinder.tags";
  run.steps[4].drill->drills[2].row_count = 3;
  run.steps[4].drill->drills[2].rows = {{{"id", "4"}}};
  run.steps[4].drill->drills[4] = drill(kDrillColumns[4], DrillEnd::not_done, "the server did not start");
  judge(run);
  return run;
}

TEST(Drills, ASentenceTellsWhenItWasKilledAndHowItEnded) {
  const RunRecord run = drilled_run();
  const std::vector<DrillRecord>& drills = run.steps[4].drill->drills;
  EXPECT_EQ(
      drill_text(drills[0]),
      "killed at a tenth of its time (0.50 s after its first statement, 7 statements done, 2 of the schema) and run "
      "again, it converges");
  EXPECT_EQ(drill_text(drills[4]), "its server killed at half of its time: not done: the server did not start");
  EXPECT_EQ(drill_text(drills[5]), "run once more after it passed, it changes nothing");
  EXPECT_EQ(drill_end_text(drills[2]), "ends well, but cinder.tags lacks 3 rows");
}

TEST(Drills, OnlyWhatWasProvenMayBeRepeated) {
  const RunRecord run = drilled_run();
  EXPECT_EQ(repeat_text(*run.steps[0].drill), "yes, proven by 6 drills");
  EXPECT_EQ(repeat_text(*run.steps[3].drill), "not proven: only a sample of it was run");
  EXPECT_EQ(repeat_text(*run.steps[4].drill), "no");
  StepDrill one = all_converge();
  one.may_be_repeated = Repeat::not_proven;
  one.drills[0].end = DrillEnd::not_done;
  EXPECT_EQ(repeat_text(one), "not proven: 1 of 6 drills could not be done");
  EXPECT_EQ(drills_sum_text(drilled_steps(run)), "1 of 3 steps may be repeated after a crash");
}

TEST(Drills, EveryPageTellsThem) {
  const RunRecord run = drilled_run();
  const std::string markdown = to_markdown(run);
  EXPECT_NE(markdown.find("## Kill drill"), std::string::npos);
  EXPECT_NE(markdown.find("stops: Table 'tags' already exists (1050)"), std::string::npos) << markdown;
  const std::string summary = summary_text(run, {});
  EXPECT_NE(summary.find("1 of 3 steps may be repeated"), std::string::npos) << summary;
  EXPECT_NE(summary.find("cinder.tags lacks 3 rows"), std::string::npos) << "the gravest drill: " << summary;
  EXPECT_EQ(summary.find("glance:2024.1:expand: "), std::string::npos) << "a proven step needs no line: " << summary;
  const auto page = to_html(run);
  ASSERT_TRUE(page);
  EXPECT_NE(page->find("id=\"drills\""), std::string::npos);
  EXPECT_NE(page->find("may be repeated after a crash: yes, proven by 6 drills"), std::string::npos);
  EXPECT_NE(page->find("its first statement to its last"), std::string::npos);
}

TEST(Drills, ARunWithoutThemSaysNothingOfThem) {
  const RunRecord run = sample::healthy();
  EXPECT_EQ(to_markdown(run).find("Kill drill"), std::string::npos);
  EXPECT_EQ(summary_text(run, {}).find("Kill drill"), std::string::npos);
  EXPECT_EQ(to_html(run)->find("id=\"drills\""), std::string::npos);
}

TEST(Drills, ComeBackFromJsonAsTheyWere) {
  const RunRecord run = drilled_run();
  const nlohmann::ordered_json json = step_json(run.steps[4]);
  EXPECT_EQ(json.at("drill").at("may_be_repeated"), "no");
  EXPECT_EQ(json.at("drill").at("drills").at(2).at("end"), "differs");
  EXPECT_EQ(json.at("drill").at("drills").at(2).at("until").at("schema_statements"), 2);
  EXPECT_EQ(step_json(step_from(json)), json);
  EXPECT_TRUE(step_json(sample::healthy().steps[0]).at("drill").is_null());
}

}  // namespace
}  // namespace rehearsal
