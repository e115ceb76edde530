// Which drills a step gets, and what is said of it then.
#include "harness/lane/kill_drill.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "fakes/fake_drill_site.h"
#include <gtest/gtest.h>

#include "base/interrupt.h"

namespace rehearsal {
namespace {

class KillDrill : public testing::Test {
 protected:
  KillDrill() {
    passed_.id = step_.id = "blue:2:sync";
    passed_.status = StepStatus::passed;
    passed_.talk = TalkTime{.seconds = 10, .statements = 20, .schema_statements = 4};
  }
  void TearDown() override { interrupt_now_for_tests(false); }

  StepDrill drilled() { return drill_step(passed_, site_); }

  static StateDifference lacks_rows(std::int64_t missing, std::int64_t extra = 0) {
    StateDifference difference;
    RowsDifference rows;
    rows.table = "blue.t";
    rows.missing = missing;
    rows.extra = extra;
    rows.missing_keys = {{{"id", "7"}}};
    difference.rows = {rows};
    return difference;
  }

  PlanStep step_;
  StepRecord passed_;
  FakeDrillSite site_;
};

TEST_F(KillDrill, AStepIsKilledThreeTimesItsServerOnceAndThenItIsRunOnceMore) {
  const StepDrill drill = drilled();
  std::vector<double> seconds;
  for (const StrikeMoment& moment : site_.moments) {
    EXPECT_EQ(moment.after, 1) << "its time begins with its first statement";
    seconds.push_back(moment.seconds);
  }
  EXPECT_EQ(seconds, (std::vector<double>{1, 5, 9, 5}));
  EXPECT_EQ(site_.victims, (std::vector<Killed>{Killed::step, Killed::step, Killed::step, Killed::server}));
  EXPECT_EQ(site_.starts.back(), DrillStart::after);
  EXPECT_EQ(std::count(site_.starts.begin(), site_.starts.end(), DrillStart::before), 4);
  ASSERT_EQ(drill.drills.size(), 5U);
  for (const DrillRecord& one : drill.drills) {
    EXPECT_EQ(one.end, DrillEnd::converges);
  }
  EXPECT_EQ(drill.may_be_repeated, Repeat::proven);
  EXPECT_TRUE(drill_findings(step_, drill).empty());
  EXPECT_EQ(drill.drills[1].until.statements, 3);
}

// There a crash is the likeliest, and half of a revision's work is left.
TEST_F(KillDrill, AStepWithSchemaStatementsIsAlsoKilledInTheLongest) {
  passed_.talk->longest_schema = 12;
  passed_.talk->longest_schema_seconds = 4;
  site_.drills[3].again = {StepStatus::failed, "Duplicate column name 'c' (1060)"};
  const StepDrill drill = drilled();
  ASSERT_EQ(drill.drills.size(), 6U);
  EXPECT_TRUE(drill.drills[3].in_longest_schema);
  EXPECT_EQ(site_.moments[3].after, 11);
  EXPECT_EQ(site_.moments[3].seconds, 2);
  EXPECT_EQ(site_.victims[3], Killed::step);
  EXPECT_EQ(drill_findings(step_, drill).at(0).title,
            "killed in its longest schema statement and run again, the step stops: Duplicate column name 'c' (1060)");
}

TEST_F(KillDrill, WhatItStopsWithIsToldOnceWithAllDrills) {
  site_.drills[1].again = site_.drills[3].again = {StepStatus::failed, "Table 't' already exists (1050)"};
  const StepDrill drill = drilled();
  EXPECT_EQ(drill.may_be_repeated, Repeat::no);
  const std::vector<Finding> findings = drill_findings(step_, drill);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "step-not-repeatable");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].step, step_.id);
  EXPECT_EQ(findings[0].title,
            "killed at half of its time and run again, the step stops: Table 't' already exists (1050)");
  EXPECT_NE(findings[0].detail.find(
                "The drills: killed at a tenth of its time (1.00 s after its first statement, 3 statements done, "
                "0 of the schema) and run again, it converges; killed"),
            std::string::npos)
      << findings[0].detail;
  EXPECT_NE(findings[0].detail.find("; its server killed at half"), std::string::npos) << findings[0].detail;
}

TEST_F(KillDrill, WorkThatIsSkippedIsToldWithTableAndRows) {
  site_.drills[2].difference = lacks_rows(3);
  const StepDrill drill = drilled();
  EXPECT_EQ(drill.drills[2].end, DrillEnd::differs);
  EXPECT_EQ(drill.drills[2].words, "blue.t lacks 3 rows");
  const std::vector<Finding> findings = drill_findings(step_, drill);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "step-skips-after-kill");
  EXPECT_EQ(findings[0].table, "blue.t");
  EXPECT_EQ(findings[0].row_count, 3);
  ASSERT_EQ(findings[0].rows.size(), 1U);
  EXPECT_EQ(findings[0].rows[0].at("id"), "7");
}

TEST_F(KillDrill, WhatDiffersBetweenUndisturbedRunsIsNoLossAndIsAskedOnce) {
  for (std::size_t i = 0; i < 4; ++i) {
    site_.drills[i].difference = lacks_rows(5, 5);
  }
  site_.undisturbed = lacks_rows(2, 2);
  EXPECT_EQ(drilled().may_be_repeated, Repeat::proven);
  EXPECT_EQ(std::count(site_.calls.begin(), site_.calls.end(), "compare_undisturbed"), 1);
}

TEST_F(KillDrill, ASecondRunIsHeldAgainstTheStateItselfWithoutExcuse) {
  site_.drills[4].difference = lacks_rows(0, 2);
  site_.undisturbed = lacks_rows(2, 2);
  const StepDrill drill = drilled();
  EXPECT_EQ(drill.may_be_repeated, Repeat::no);
  const std::vector<Finding> findings = drill_findings(step_, drill);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "second-run-changes");
  EXPECT_NE(findings[0].title.find("blue.t has 2 rows too many"), std::string::npos) << findings[0].title;

  FakeDrillSite site;
  site.drills[4].again = {StepStatus::failed, "no"};
  EXPECT_EQ(drill_findings(step_, drill_step(passed_, site)).at(0).code, "second-run-stops");
}

TEST_F(KillDrill, ARunThatIsOverBeforeItsMomentIsRepeatedSoonerAndNeverCountedAsProven) {
  const Hit over{.killed = false, .stopped = {}, .talk = {.seconds = 6, .statements = 20}, .ended = {}};
  site_.drills[2].hits = {over, Hit{.killed = true,
                                    .stopped = {},
                                    .talk = {.seconds = 5.4, .statements = 20},
                                    .ended = {.seconds = 6, .statements = 19}}};
  StepDrill drill = drilled();
  EXPECT_EQ(drill.may_be_repeated, Repeat::proven);
  EXPECT_DOUBLE_EQ(site_.moments[3].seconds, 5.4) << "nine tenths of the time that the run took";

  // Killed when all of its statements were done is too late as well.
  for (const bool killed : {false, true}) {
    FakeDrillSite site;
    site.drills[0].hits = {Hit{.killed = killed,
                               .stopped = {},
                               .talk = {.seconds = 6, .statements = 20},
                               .ended = {.seconds = 6, .statements = 20}}};
    drill = drill_step(passed_, site);
    EXPECT_EQ(site.victims.size(), 7U) << "four tries, and the other three drills";
    EXPECT_DOUBLE_EQ(site.moments[1].seconds, 0.6) << "a tenth of the time to its last statement";
    EXPECT_EQ(drill.drills[0].end, DrillEnd::not_done);
    EXPECT_NE(drill.drills[0].words.find("over before its moment came"), std::string::npos) << drill.drills[0].words;
    EXPECT_EQ(drill.may_be_repeated, Repeat::not_proven);
  }
}

TEST_F(KillDrill, AStepThatSaysNothingToItsServerIsNotProven) {
  for (const std::optional<TalkTime>& talk : {std::optional<TalkTime>(), std::optional<TalkTime>(TalkTime{})}) {
    passed_.talk = talk;
    FakeDrillSite site;
    const StepDrill drill = drill_step(passed_, site);
    EXPECT_TRUE(site.victims.empty());
    EXPECT_EQ(drill.drills[0].end, DrillEnd::not_done);
    EXPECT_EQ(drill.drills[4].end, DrillEnd::converges) << "it is still run a second time";
    EXPECT_EQ(drill.may_be_repeated, Repeat::not_proven);
  }
}

TEST_F(KillDrill, AfterCtrlCNothingMoreIsBegun) {
  interrupt_now_for_tests(true);
  const StepDrill drill = drilled();
  EXPECT_TRUE(site_.calls.empty());
  ASSERT_EQ(drill.drills.size(), 5U);
  for (const DrillRecord& one : drill.drills) {
    EXPECT_EQ(one.end, DrillEnd::not_done);
    EXPECT_EQ(one.words, "the run was interrupted");
  }
  EXPECT_EQ(drill.may_be_repeated, Repeat::not_proven);
  EXPECT_TRUE(drill_findings(step_, drill).empty());
}

TEST_F(KillDrill, OfStepsThatDidNotRunHereItIsSaid) {
  std::vector<StepRecord> steps(4, passed_);
  steps[0].drill.emplace();
  steps[1].taken_from = "run-1";
  steps[2].status = StepStatus::not_run;
  steps[3].phase = Phase::purge;
  tell_undrilled(std::nullopt, steps);
  EXPECT_FALSE(steps[1].drill);
  tell_undrilled("", steps);
  EXPECT_EQ(steps[0].drill->why_not, "");
  EXPECT_EQ(steps[1].drill->why_not, "it ran in run run-1");
  EXPECT_EQ(steps[2].drill->why_not, "it did not run");
  EXPECT_FALSE(steps[3].drill) << "a purge is no part of the path";
  tell_undrilled(steps[3].id, steps);
  EXPECT_TRUE(steps[3].drill) << "but asked for by name";
}

// Each drill with each end, and each of its calls broken: the others are done all the same, and only what was done
// and converged is a proof.
TEST_F(KillDrill, KeepsItsWordWhateverADrillShows) {
  const std::vector<std::pair<DrillEnd, std::function<void(FakeDrill&)>>> ends = {
      {DrillEnd::converges, [](FakeDrill&) {}},
      {DrillEnd::stops,
       [](FakeDrill& drill) {
         drill.again = {StepStatus::failed, "no"};
       }},
      {DrillEnd::not_done,
       [](FakeDrill& drill) {
         drill.again = {StepStatus::skipped, "ended by its limit"};
       }},
      {DrillEnd::not_done,
       [](FakeDrill& drill) { drill.hits = {Hit{.killed = false, .stopped = "no", .talk = {}, .ended = {}}}; }},
      {DrillEnd::differs, [](FakeDrill& drill) { drill.difference = lacks_rows(1); }},
      {DrillEnd::not_done, [](FakeDrill& drill) { drill.breaks = "begin"; }},
      {DrillEnd::not_done, [](FakeDrill& drill) { drill.breaks = "strike"; }},
      {DrillEnd::not_done, [](FakeDrill& drill) { drill.breaks = "run"; }},
      {DrillEnd::not_done, [](FakeDrill& drill) { drill.breaks = "compare"; }},
      {DrillEnd::not_done, [](FakeDrill& drill) {
         drill.breaks = "compare_undisturbed";
         drill.difference = lacks_rows(1);
       }}};
  passed_.talk->longest_schema = 2;
  constexpr std::size_t kLast = 5;
  for (std::size_t at = 0; at < site_.drills.size(); ++at) {
    for (std::size_t number = 0; number < ends.size(); ++number) {
      SCOPED_TRACE(testing::Message() << "drill " << at << " ends as " << number);
      FakeDrillSite site;
      ends[number].second(site.drills[at]);
      const StepDrill drill = drill_step(passed_, site);
      ASSERT_EQ(drill.drills.size(), kLast + 1);
      DrillEnd end = ends[number].first;
      // The last drill strikes nothing, and takes no excuse.
      if (at == kLast && (number == 3 || number == 6)) {
        end = DrillEnd::converges;
      } else if (at == kLast && number == 9) {
        end = DrillEnd::differs;
      }
      for (std::size_t i = 0; i <= kLast; ++i) {
        EXPECT_EQ(drill.drills[i].end, i == at ? end : DrillEnd::converges) << i;
        EXPECT_EQ(drill.drills[i].words.empty(), drill.drills[i].end == DrillEnd::converges) << i;
      }
      const bool found = end == DrillEnd::stops || end == DrillEnd::differs;
      EXPECT_EQ(drill.may_be_repeated, end == DrillEnd::converges ? Repeat::proven
                                       : found                    ? Repeat::no
                                                                  : Repeat::not_proven);
      const std::vector<Finding> findings = drill_findings(step_, drill);
      EXPECT_EQ(findings.size(), found ? 1U : 0U);
      for (const Finding& finding : findings) {
        EXPECT_EQ(finding.severity, Severity::warning);
      }
    }
  }
}

}  // namespace
}  // namespace rehearsal
