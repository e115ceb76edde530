#include <gtest/gtest.h>

#include "harness/step/online_pace.h"

namespace rehearsal {
namespace {

StepRecord migrated(std::int64_t rows, double seconds) {
  StepRecord record;
  record.seconds = seconds;
  record.migrations = {{"one", rows, rows / 2, 0, 0}, {"two", rows, rows - rows / 2, 0, 0}};
  return record;
}

TEST(OnlinePace, ATransactionOfManyRowsLimitsTheBatch) {
  const auto pace = pace_of(migrated(100'000, 50), {0.3, 50});
  ASSERT_TRUE(pace);
  EXPECT_DOUBLE_EQ(pace->rows_per_second, 2000);
  EXPECT_TRUE(pace->limited_by_locks);
  EXPECT_EQ(pace->batch, 100);  // 166 rows would take a second
}

TEST(OnlinePace, RowsThatAreTransactionsOfTheirOwnDoNot) {
  const auto pace = pace_of(migrated(1000, 50), {0.9, 1});
  ASSERT_TRUE(pace);
  EXPECT_FALSE(pace->limited_by_locks);
  EXPECT_EQ(pace->batch, 1000);  // 20 a second
}

TEST(OnlinePace, TheBatchStaysWithinWhatCommandsTake) {
  EXPECT_EQ(pace_of(migrated(10, 100), {5, 2})->batch, 50);
  EXPECT_EQ(pace_of(migrated(1'000'000, 10), {0.001, 5000})->batch, 10'000);
}

TEST(OnlinePace, NothingMigratedIsNothingToTell) {
  EXPECT_FALSE(pace_of(migrated(0, 50), {}));
  PlanStep step;
  EXPECT_TRUE(tell_pace(step, StepRecord(), StepStatements()).empty());
}

TEST(OnlinePace, SaysHowTheBatchWasDerived) {
  PlanStep step;
  step.id = "svc:2024.1:online";
  step.proof_command = {"svc-manage", "--max_count", "5000"};
  StepStatements statements;
  LoggedStatement update;
  update.sql = "UPDATE t SET a = 1";
  update.seconds = 0.5;
  update.rows_affected = 50;
  statements.add(update);
  update.sql = "COMMIT";
  statements.add(update);
  const auto findings = tell_pace(step, migrated(200, 10), statements);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "online-pace");
  EXPECT_EQ(findings[0].severity, Severity::info);
  EXPECT_NE(findings[0].detail.find("20 rows per second"), std::string::npos) << findings[0].detail;
  EXPECT_NE(findings[0].detail.find("--max_count 50,"), std::string::npos) << findings[0].detail;
  EXPECT_NE(findings[0].detail.find("50 rows in 1.000 s"), std::string::npos) << findings[0].detail;
}

}  // namespace
}  // namespace rehearsal
