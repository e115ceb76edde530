#include "harness/step/online_judge.h"

#include "fakes/online_pattern.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

class OnlineJudge : public ::testing::Test {
 protected:
  OnlineJudge() {
    service_.online = online_pattern();
    step_.id = "vm:2024.1:online:cell1";
    step_.service = "vm";
    step_.release = "2024.1";
    step_.phase = Phase::online;
    step_.part = "cell1";
    step_.proof_command = {"manage", "online", "--max-count", "5000"};
  }

  [[nodiscard]] OnlineProgress progress(std::initializer_list<const char*> outputs) const {
    OnlineProgress result;
    for (const char* output : outputs) {
      result.add(read_online_output(output, *service_.online).value());
    }
    return result;
  }

  StepJudgement judge() {
    outcome_.invocations = 1;
    outcome_.proof_batch = 5000;
    StepJudgement judgement;
    judgement.record.status = StepStatus::passed;
    judge_online(StepEvidence{step_, service_, schemas_, outcome_, effects_, before_, revisions_, {}}, judgement);
    return judgement;
  }

  PlanStep step_;
  Service service_;
  std::map<std::string, std::string> schemas_, revisions_;
  StepOutcome outcome_;
  StepEffects effects_;
  Schema before_;
};

TEST_F(OnlineJudge, RowsBehindAFullBatchAreToldWithTheBatchThatGetsPast) {
  outcome_.online = progress({"50 rows matched query fill, 0 migrated\n"});
  outcome_.proof = progress({"57 rows matched query fill, 7 migrated\n", "50 rows matched query fill, 0 migrated\n"});
  const StepJudgement judged = judge();
  ASSERT_EQ(judged.findings.size(), 2U);
  EXPECT_EQ(judged.findings[0].code, "online-left-waiting");
  EXPECT_EQ(judged.findings[0].severity, Severity::blocker);
  EXPECT_EQ(judged.findings[0].row_count, 7);
  EXPECT_EQ(judged.findings[0].title, "7 rows of cell1 wait behind 50 that fill cannot migrate");
  EXPECT_NE(judged.findings[0].fix->decision.find("--max-count 5000"), std::string::npos);
  EXPECT_NE(judged.findings[0].fix->decision.find("any above 50 does"), std::string::npos);
  EXPECT_EQ(judged.findings[1].code, "online-remaining");
  EXPECT_EQ(judged.findings[1].row_count, 50);
  EXPECT_TRUE(judged.stops_lane);
  EXPECT_EQ(judged.record.status, StepStatus::failed);
}

TEST_F(OnlineJudge, WhatNoReleaseNeedsAtZeroIsACondition) {
  RowRule rule;
  rule.migration = "fill";
  rule.not_needed = "nothing reads the column";
  service_.stuck.push_back(rule);
  outcome_.online = progress({"3 rows matched query fill, 0 migrated\n"});
  outcome_.proof = progress({"3 rows matched query fill, 0 migrated\n"});
  StepJudgement judged = judge();
  ASSERT_EQ(judged.findings.size(), 1U);
  EXPECT_EQ(judged.findings[0].code, "online-remaining");
  EXPECT_EQ(judged.findings[0].severity, Severity::warning);
  EXPECT_NE(judged.findings[0].detail.find("nothing reads the column"), std::string::npos);
  EXPECT_FALSE(judged.stops_lane);
  EXPECT_EQ(judged.record.status, StepStatus::passed);

  service_.stuck.front().releases = {"2025.1"};  // another release's code
  judged = judge();
  EXPECT_EQ(judged.findings.at(0).severity, Severity::blocker);
  EXPECT_TRUE(judged.stops_lane);
}

TEST_F(OnlineJudge, RowsLeftBehindAreACondition) {
  outcome_.online = progress({"20 rows matched query fill, 17 migrated\n"});
  outcome_.proof = progress({"0 rows matched query fill, 0 migrated\n"});
  const StepJudgement judged = judge();
  ASSERT_EQ(judged.findings.size(), 1U);
  EXPECT_EQ(judged.findings[0].code, "online-left-behind");
  EXPECT_EQ(judged.findings[0].severity, Severity::warning);
  EXPECT_EQ(judged.findings[0].row_count, 3);
  EXPECT_FALSE(judged.stops_lane);
}

TEST_F(OnlineJudge, ACommandWithoutAnEndFails) {
  outcome_.online = progress({"1 rows matched query fill, 1 migrated\n"});
  outcome_.endless = true;
  const StepJudgement judged = judge();
  ASSERT_EQ(judged.findings.size(), 1U);
  EXPECT_EQ(judged.findings[0].code, "online-endless");
  EXPECT_EQ(judged.findings[0].revision, "fill");
  EXPECT_TRUE(judged.stops_lane);
}

TEST_F(OnlineJudge, NothingLeftIsNothingToTell) {
  outcome_.online = progress({"3 rows matched query fill, 3 migrated\n"});
  outcome_.proof = progress({"nothing\n"});
  EXPECT_TRUE(judge().findings.empty());
}

}  // namespace
}  // namespace rehearsal
