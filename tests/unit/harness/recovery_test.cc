// What follows from a failed step: which fixes are tried on top of which, and what is said of them in the end.
#include "harness/lane/recovery.h"

#include <algorithm>
#include <array>
#include <set>

#include "fakes/fake_trials.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

using Ends = std::vector<FakeEnd>;

class RecoveryTest : public testing::Test {
 protected:
  void SetUp() override {
    step_.id = "blue:2:sync";
    step_.service = "blue";
    step_.release = "2";
    step_.phase = Phase::sync;
    failed_.stops_lane = true;
    failed_.record.seconds = 10;
    failed_.findings = {FakeTrials::blocker(step_.id, 0)};
  }

  Recovery recovered(FakeTrials& trials) {
    Result<Recovery> recovery = recover(step_, failed_, trials);
    EXPECT_TRUE(recovery) << (recovery ? "" : to_text(recovery.error()));
    return recovery ? std::move(*recovery) : Recovery();
  }

  PlanStep step_;
  StepJudgement failed_;
};

TEST_F(RecoveryTest, WithoutABlockerNothingIsTried) {
  failed_.findings.front().severity = Severity::warning;
  FakeTrials trials(step_.id, {});
  const Recovery recovery = recovered(trials);
  EXPECT_EQ(recovery.findings.size(), 1);
  EXPECT_FALSE(recovery.passed);
  EXPECT_EQ(trials.explained + trials.asked_again, 0);
}

TEST_F(RecoveryTest, WithoutAFixTheStepIsRunAgainAsItIs) {
  FakeTrials trials(step_.id, {});
  trials.first_has_fix = false;
  const Recovery recovery = recovered(trials);
  EXPECT_TRUE(trials.rounds.empty());
  EXPECT_EQ(trials.asked_again, 1);
  EXPECT_FALSE(trials.again_knew_the_end);
  ASSERT_EQ(recovery.findings.size(), 1);
  EXPECT_EQ(recovery.findings.front().cause, "explained");
  EXPECT_EQ(recovery.findings.front().detail, "Run again, it stops again.");
  EXPECT_FALSE(recovery.passed);
}

TEST_F(RecoveryTest, AFixThatLetsTheStepPassIsOfferedAndTheLaneGoesOn) {
  FakeTrials trials(step_.id, {FakeEnd::passes});
  const Recovery recovery = recovered(trials);
  ASSERT_TRUE(recovery.passed);
  ASSERT_EQ(recovery.findings.size(), 2) << "the blocker, and what the step did once it could run";
  const Finding& blocker = recovery.findings.front();
  EXPECT_TRUE(blocker.fix->tried && blocker.fix->passes);
  EXPECT_EQ(blocker.fix->sql, FakeTrials::fix(0).sql);
  EXPECT_TRUE(blocker.fix->with.empty());
  EXPECT_NE(blocker.detail.find("With the fix, which changed 7 rows, the step passes"), std::string::npos)
      << blocker.detail;
  EXPECT_EQ(recovery.findings.back().code, "rows-changed");
  EXPECT_EQ(trials.again_with, std::vector<std::string>{FakeTrials::fix(0).sql});
  EXPECT_TRUE(trials.again_knew_the_end);
}

TEST_F(RecoveryTest, AFixThatIsRefusedIsAskedAboutAndNotOffered) {
  FakeTrials trials(step_.id, {FakeEnd::refused});
  const Recovery recovery = recovered(trials);
  EXPECT_FALSE(recovery.passed);
  const Fix& fix = *recovery.findings.front().fix;
  EXPECT_EQ(fix.sql, "");
  EXPECT_TRUE(fix.decision.starts_with("The server refuses the fix: no ")) << fix.decision;
}

TEST_F(RecoveryTest, WhatAnotherFixBringsToLightIsFixedOnTopOfIt) {
  FakeTrials trials(step_.id, {FakeEnd::next_with_fix, FakeEnd::passes});
  const Recovery recovery = recovered(trials);
  ASSERT_TRUE(recovery.passed);
  ASSERT_EQ(trials.rounds.size(), 2);
  EXPECT_EQ(trials.rounds[1], (std::vector<std::string>{FakeTrials::fix(0).sql, FakeTrials::fix(1).sql}));
  EXPECT_EQ(recovery.findings[0].fix->with, std::vector<std::string>{"null-in-not-null on blue.t1"});
  EXPECT_EQ(recovery.findings[1].fix->with, std::vector<std::string>{"null-in-not-null on blue.t0"});
  EXPECT_EQ(trials.again_with, trials.rounds[1]);
}

TEST_F(RecoveryTest, AFixThatChangesNothingSaysSo) {
  FakeTrials trials(step_.id, {FakeEnd::same_again});
  const Recovery recovery = recovered(trials);
  EXPECT_EQ(trials.rounds.size(), 1);
  EXPECT_NE(recovery.findings.front().fix->decision.find("was tried, and the step still stops"), std::string::npos);
}

TEST_F(RecoveryTest, AFixThatOnlyComesFurtherNamesWhatStopsNext) {
  FakeTrials trials(step_.id, {FakeEnd::next_without_fix});
  const Recovery recovery = recovered(trials);
  ASSERT_EQ(recovery.findings.size(), 2);
  EXPECT_NE(recovery.findings[0].fix->decision.find("stops with null-in-not-null on blue.t1"), std::string::npos)
      << recovery.findings[0].fix->decision;
}

TEST_F(RecoveryTest, WhatTheStepToldBesideItsFirstBlockerIsNotToldTwice) {
  failed_.findings.push_back(FakeTrials::blocker(step_.id, FakeTrials::kToldBefore));
  FakeTrials trials(step_.id, {FakeEnd::next_told_before, FakeEnd::passes});
  const Recovery recovery = recovered(trials);
  ASSERT_EQ(recovery.findings.size(), 3) << "two blockers, and what the step did";
  EXPECT_TRUE(recovery.findings[1].fix->passes);
}

TEST_F(RecoveryTest, AQueryOfOursThatFailedIsAFindingOfItsOwn) {
  FakeTrials trials(step_.id, {FakeEnd::passes});
  trials.internal.emplace_back().code = "internal-error";
  EXPECT_EQ(recovered(trials).findings.back().code, "internal-error");
}

TEST_F(RecoveryTest, ASecondTryThatSkipsWorkIsAFindingOfItsOwn) {
  FakeTrials trials(step_.id, {FakeEnd::passes});
  trials.retry = {"A part was skipped.", true, "blue.t9"};
  const Recovery recovery = recovered(trials);
  EXPECT_EQ(recovery.findings.back().code, "retry-skips-work");
  EXPECT_EQ(recovery.findings.back().table, "blue.t9");
  EXPECT_EQ(recovery.findings.back().step, step_.id);
}

TEST_F(RecoveryTest, OnlyAStepOfTheSchemaThatWasNotLongIsRunAgain) {
  for (const Phase phase : {Phase::check, Phase::expand, Phase::migrate, Phase::sync, Phase::contract, Phase::online}) {
    for (const double seconds : {kLongestRetry, kLongestRetry + 1}) {
      step_.phase = phase;
      failed_.record.seconds = seconds;
      FakeTrials trials(step_.id, {FakeEnd::passes});
      recovered(trials);
      const bool schema = phase != Phase::check && phase != Phase::online;
      EXPECT_EQ(trials.asked_again, schema && seconds <= kLongestRetry ? 1 : 0);
    }
  }
}

// Every end of every round: what holds whatever the trials show.
TEST_F(RecoveryTest, KeepsItsWordWhateverTheTrialsShow) {
  constexpr std::array kEnds = {
      FakeEnd::passes,           FakeEnd::refused,          FakeEnd::same_again, FakeEnd::next_with_fix,
      FakeEnd::next_without_fix, FakeEnd::next_told_before, FakeEnd::no_blocker, FakeEnd::breaks};
  failed_.findings.push_back(FakeTrials::blocker(step_.id, FakeTrials::kToldBefore));
  failed_.findings.back().fix = FakeTrials::fix(FakeTrials::kToldBefore);
  std::size_t passed = 0, stopped = 0, broken = 0;
  for (std::size_t mix = 0; mix < kEnds.size() * kEnds.size() * kEnds.size(); ++mix) {
    const Ends ends = {kEnds[mix % kEnds.size()], kEnds[mix / kEnds.size() % kEnds.size()],
                       kEnds[mix / kEnds.size() / kEnds.size()]};
    SCOPED_TRACE(testing::PrintToString(mix));
    FakeTrials trials(step_.id, ends);
    const Result<Recovery> recovery = recover(step_, failed_, trials);
    ASSERT_LE(trials.rounds.size(), 3);
    ASSERT_GE(trials.rounds.size(), 1);
    // Each round keeps the fixes of the one before, in their order.
    for (std::size_t i = 1; i < trials.rounds.size(); ++i) {
      ASSERT_EQ(trials.rounds[i].size(), trials.rounds[i - 1].size() + 1);
      EXPECT_TRUE(std::equal(trials.rounds[i - 1].begin(), trials.rounds[i - 1].end(), trials.rounds[i].begin()));
    }
    const FakeEnd last = ends[trials.rounds.size() - 1];
    ASSERT_EQ(recovery.has_value(), last != FakeEnd::breaks);
    if (!recovery) {
      ++broken;
      continue;
    }
    EXPECT_EQ(recovery->passed.has_value(), last == FakeEnd::passes);
    (recovery->passed ? passed : stopped) += 1;
    std::set<std::string> told;
    for (const Finding& finding : recovery->findings) {
      if (finding.severity != Severity::blocker) {
        continue;
      }
      EXPECT_TRUE(told.insert(finding.table).second) << finding.table << " is told twice";
      if (!finding.fix) {
        continue;
      }
      // What is offered was tried and let the step pass; all else is a question.
      EXPECT_EQ(finding.fix->sql.empty(), !finding.fix->passes) << finding.table;
      EXPECT_TRUE(!finding.fix->passes || (finding.fix->tried && recovery->passed)) << finding.table;
      EXPECT_EQ(finding.fix->decision.empty(), finding.fix->passes) << finding.table;
    }
    EXPECT_TRUE(told.contains("blue.t0") && told.contains("blue.t50")) << "a blocker was lost";
    EXPECT_EQ(trials.again_knew_the_end, recovery->passed.has_value());
    EXPECT_EQ(trials.again_with, recovery->passed ? trials.rounds.back() : std::vector<std::string>{});
  }
  EXPECT_GT(passed, 50U);
  EXPECT_GT(stopped, 300U);
  EXPECT_GT(broken, 50U);
}

}  // namespace
}  // namespace rehearsal
