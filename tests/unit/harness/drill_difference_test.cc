// What is a loss after a crash, and what differs each time that a step is run.
#include "harness/lane/drill_difference.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

RowsDifference rows(std::int64_t missing, std::int64_t extra) {
  RowsDifference one;
  one.table = "blue.t";
  one.missing = missing;
  one.extra = extra;
  return one;
}

StateDifference of(const RowsDifference& one) {
  StateDifference difference;
  difference.rows = {one};
  return difference;
}

RowsDifference different(std::set<std::string> columns, std::int64_t count) {
  RowsDifference one = rows(0, 0);
  one.different = {{.columns = std::move(columns), .rows = count, .keys = {{{"id", "1"}}}}};
  return one;
}

TEST(DrillDifference, TimesThatAreWrittenAnewAreNoLoss) {
  const StateDifference undisturbed = of(different({"created_at", "updated_at"}, 4));
  EXPECT_TRUE(unexplained(of(different({"created_at"}, 9)), undisturbed).none());
  EXPECT_FALSE(unexplained(of(different({"created_at", "name"}, 9)), undisturbed).none());
  EXPECT_FALSE(unexplained(of(different({"name"}, 1)), undisturbed).none());
  EXPECT_FALSE(unexplained(of(different({"created_at"}, 9)), {}).none());
}

TEST(DrillDifference, GeneratedKeysAreHeldAgainstEachOtherByNumberOnly) {
  const StateDifference undisturbed = of(rows(4, 4));
  EXPECT_TRUE(unexplained(of(rows(6, 6)), undisturbed).none());
  const StateDifference left = unexplained(of(rows(6, 5)), undisturbed);
  ASSERT_FALSE(left.none());
  EXPECT_EQ(told(left).words, "blue.t lacks 6 rows; blue.t has 5 rows too many");
  EXPECT_FALSE(unexplained(of(rows(6, 6)), of(rows(1, 0))).none());
}

// A killed transaction leaves a gap in the server's counting.
TEST(DrillDifference, RowsUnderOtherNumbersAreTheSameWhereAllElseIs) {
  RowsDifference gap = rows(3, 3);
  gap.renumbered.emplace();
  EXPECT_TRUE(unexplained(of(gap), {}).none());
  gap.renumbered->insert("created_at");
  EXPECT_TRUE(unexplained(of(gap), of(different({"created_at"}, 3))).none());
  gap.renumbered->insert("name");
  const StateDifference left = unexplained(of(gap), of(different({"created_at"}, 3)));
  ASSERT_FALSE(left.none());
  EXPECT_EQ(told(left).words, "name of blue.t differ in 3 rows");
}

TEST(DrillDifference, OfTheSchemaOnlyWhatAlsoDiffersUndisturbedIsForgiven) {
  StateDifference difference;
  difference.schema = {{"blue.t", "altered", {"- column `a` int(11)"}}, {"blue.u", "dropped", {}}};
  difference.revisions = {"blue is at revision x, not y"};
  StateDifference undisturbed;
  undisturbed.schema = {{"blue.t", "altered", {"- column `b` int(11)"}}};
  EXPECT_EQ(unexplained(difference, undisturbed).schema.size(), 2U);
  const ToldDifference words = told(difference);
  EXPECT_EQ(words.words,
            "blue.t is not as it should be (- column `a` int(11)); blue.u is missing; blue is at revision x, not y");
  EXPECT_EQ(words.table, "blue.t");
  EXPECT_EQ(words.row_count, std::nullopt);
  undisturbed.schema = difference.schema;
  EXPECT_FALSE(unexplained(difference, undisturbed).none()) << "the revision is still another";
}

TEST(DrillDifference, TheFirstTableWithRowsIsTheOneThatIsNamed) {
  StateDifference difference = of(different({"name"}, 2));
  difference.rows.push_back(rows(7, 0));
  difference.schema = {{"blue.u", "created", {}}};
  const ToldDifference words = told(difference);
  EXPECT_EQ(words.table, "blue.t");
  EXPECT_EQ(words.row_count, 2);
  ASSERT_EQ(words.rows.size(), 1U);
  EXPECT_EQ(words.rows[0].at("id"), "1");
  EXPECT_TRUE(words.words.starts_with("blue.u is there and should not be; name of blue.t differ in 2 rows"))
      << words.words;
}

}  // namespace
}  // namespace rehearsal
