#include "harness/step/online_output.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

OnlinePattern rows_matched() {
  OnlinePattern pattern;
  pattern.line = R"((\d+) rows matched query (\w+), (\d+) migrated)";
  pattern.found_group = 1;
  pattern.name_group = 2;
  pattern.migrated_group = 3;
  pattern.error = R"(Error attempting to run <function (\w+))";
  return pattern;
}

OnlineProgress progress_of(std::initializer_list<const char*> outputs) {
  OnlineProgress progress;
  for (const char* output : outputs) {
    progress.add(read_online_output(output, rows_matched()).value());
  }
  return progress;
}

const std::vector<ExpectedRemainder> kMarkerRow = {{"populate_ids", 1, "", {}, "a marker", "source"}};

TEST(OnlineOutput, BatchesAreAddedUp) {
  const auto read = read_online_output(
      "Running batches of 50 until complete\n"
      "50 rows matched query fill_list, 50 migrated\n"
      "50 rows matched query fill_list, 20 migrated\n"
      "+-----------+\n",
      rows_matched());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sums.at("fill_list").found, 100);
  EXPECT_EQ(read->sums.at("fill_list").migrated, 70);
  EXPECT_EQ(read->last.at("fill_list").migrated, 20);
}

// A sample that ended before the last invocation had printed anything said that no rows were left.
TEST(OnlineOutput, AnInvocationThatIsBrokenOffForgetsNothing) {
  for (const char* said : {"", "no line\n", "20 rows matched query another, 1 migrated\n"}) {
    OnlineProgress progress = progress_of({"40000 rows matched query fill_list, 4 migrated\n"});
    progress.add(read_online_output(said, rows_matched()).value(), true);
    const std::vector<OnlineMigration> migrations = progress.migrations({}, "2024.1");
    const auto list = std::find_if(migrations.begin(), migrations.end(),
                                   [](const OnlineMigration& one) { return one.name == "fill_list"; });
    ASSERT_NE(list, migrations.end());
    EXPECT_EQ(list->remaining, 39996) << said;
  }
}

TEST(OnlineOutput, AFailedMigrationIsNamed) {
  const auto read = read_online_output("Error attempting to run <function fill_list at 0x7f>\n", rows_matched());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->failed, std::vector<std::string>{"fill_list"});
}

TEST(OnlineOutput, APatternThatIsNoneIsAnError) {
  OnlinePattern pattern = rows_matched();
  pattern.line = "(";
  EXPECT_FALSE(read_online_output("", pattern));
}

TEST(OnlineProgress, NothingFoundIsProvenAtOnce) {
  EXPECT_TRUE(progress_of({"Running batches of 50 until complete\n"}).settled(5000, {}, "2024.1"));
}

TEST(OnlineProgress, RowsJustMigratedNeedAnotherLook) {
  EXPECT_FALSE(progress_of({"3 rows matched query a, 3 migrated\n"}).settled(5000, {}, "2024.1"));
  EXPECT_TRUE(progress_of({"3 rows matched query a, 3 migrated\n", ""}).settled(5000, {}, "2024.1"));
}

// A first batch that migrates nothing ends the program with exit status 0, whatever comes after that batch.
TEST(OnlineProgress, AFullBatchThatMigratesNothingProvesNothing) {
  const auto progress = progress_of({"50 rows matched query a, 0 migrated\n", "50 rows matched query a, 0 migrated\n"});
  EXPECT_FALSE(progress.settled(50, {}, "2024.1"));
  EXPECT_TRUE(progress.settled(5000, {}, "2024.1"));
}

TEST(OnlineProgress, TheSameRowsAgainAreStuck) {
  const auto progress = progress_of({"9 rows matched query a, 2 migrated\n", "7 rows matched query a, 0 migrated\n",
                                     "7 rows matched query a, 0 migrated\n"});
  ASSERT_TRUE(progress.settled(5000, {}, "2024.1"));
  const auto migrations = progress.migrations({}, "2024.1");
  ASSERT_EQ(migrations.size(), 1U);
  EXPECT_EQ(migrations[0].migrated, 2);
  EXPECT_EQ(migrations[0].remaining, 7);
  EXPECT_EQ(migrations[0].found, 9);
}

TEST(OnlineProgress, TheExpectedRemainderIsNoReasonToGoOn) {
  const auto progress = progress_of({"1 rows matched query populate_ids, 0 migrated\n"});
  EXPECT_TRUE(progress.settled(5000, kMarkerRow, "2024.1"));
  EXPECT_FALSE(progress.settled(5000, {}, "2024.1"));
  const auto migrations = progress.migrations(kMarkerRow, "2024.1");
  EXPECT_EQ(migrations.at(0).remaining, 1);
  EXPECT_EQ(migrations.at(0).expected_remainder, 1);
}

// "17 of 20", then "0 of 0": three rows were seen once and never again.
TEST(OnlineProgress, RowsThatAreNotFoundAgainAreLeftBehind) {
  const auto progress = progress_of({"20 rows matched query a, 17 migrated\n", "0 rows matched query a, 0 migrated\n"});
  const auto migrations = progress.migrations({}, "2024.1");
  EXPECT_EQ(migrations.at(0).remaining, 0);
  EXPECT_EQ(migrations.at(0).left_behind, 3);
  EXPECT_EQ(progress.migrations({}, "2024.1", {"a"}).at(0).left_behind, 0) << "it counts what it looks at";
  auto proven = progress_of({"20 rows matched query a, 17 migrated\n"}).migrations({}, "2024.1");
  OnlineProgress::add_proof(progress_of({"0 rows matched query a, 0 migrated\n"}), proven);
  EXPECT_EQ(proven.at(0).left_behind, 3);
  EXPECT_EQ(proven.at(0).remaining, 0);
}

TEST(OnlineProgress, RowsThatAreMigratedLaterAreNotLeftBehind) {
  const auto progress = progress_of({"3 rows matched query a, 0 migrated\n3 rows matched query a, 3 migrated\n"});
  EXPECT_EQ(progress.migrations({}, "2024.1").at(0).left_behind, 0);
  const auto stuck = progress_of({"3 rows matched query a, 0 migrated\n", "3 rows matched query a, 0 migrated\n"});
  EXPECT_EQ(stuck.migrations({}, "2024.1").at(0).left_behind, 0);
}

TEST(OnlineProgress, WhatAProofMigratesWasWaiting) {
  auto migrations = progress_of({"50 rows matched query a, 0 migrated\n"}).migrations({}, "2024.1");
  OnlineProgress::add_proof(
      progress_of({"57 rows matched query a, 7 migrated\n", "50 rows matched query a, 0 migrated\n",
                   "50 rows matched query a, 0 migrated\n"}),
      migrations);
  EXPECT_EQ(migrations.at(0).waiting, 7);
  EXPECT_EQ(migrations.at(0).remaining, 57);
  EXPECT_EQ(migrations.at(0).migrated, 0);
  EXPECT_EQ(migrations.at(0).left_behind, 0);
}

}  // namespace
}  // namespace rehearsal
