#include "harness/step/online_watch.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

OnlinePattern migrated_of() {
  OnlinePattern pattern;
  pattern.line = R"((\w+)\(\) migrated (\d+) of (\d+) objects)";
  pattern.name_group = 1;
  pattern.migrated_group = 2;
  pattern.found_group = 3;
  return pattern;
}

std::string after(const std::string& output, double seconds) {
  return pace_so_far(read_online_output(output, migrated_of()).value(), seconds);
}

TEST(OnlineWatch, TellsRateRestAndTimeToZero) {
  EXPECT_EQ(after("fill() migrated 50 of 400000 objects\nfill() migrated 50 of 399950 objects\n", 10),
            "fill: 100 rows migrated, 10 per second, 399900 left, about 11 h 06 min to zero");
}

TEST(OnlineWatch, RowsThatAreOnlyLookedAtAreToldAsSuch) {
  EXPECT_EQ(after("walk() migrated 0 of 50 objects\nwalk() migrated 0 of 50 objects\n", 2),
            "walk: 100 rows looked at, 50 per second");
}

TEST(OnlineWatch, NothingPrintedIsNothingTold) {
  EXPECT_EQ(after("Running batches\n", 10), "");
  EXPECT_EQ(after("fill() migrated 1 of 1 objects\n", 0), "");
}

}  // namespace
}  // namespace rehearsal
