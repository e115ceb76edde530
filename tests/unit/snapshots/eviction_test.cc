#include "snapshots/keep/eviction.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

constexpr std::int64_t kNow = 1'795'392'000;  // 2026-11-23T00:00:00Z

GoldenInfo golden(const std::string& key, const std::string& used, std::uint64_t bytes = 100) {
  GoldenInfo info;
  info.manifest.key = key;
  info.manifest.used = used;
  info.manifest.bytes = bytes;
  return info;
}

// Used last first, as list() gives them.
std::vector<GoldenInfo> four() {
  return {golden("new", "2026-11-22T20:00:00Z"), golden("week", "2026-11-16T00:00:00Z"),
          golden("month", "2026-10-23T00:00:00Z"), golden("year", "2025-11-23T00:00:00Z")};
}

std::vector<std::string> keys(const EvictionPlan& plan) {
  std::vector<std::string> found;
  for (const Eviction& eviction : plan.evictions) {
    found.push_back(eviction.golden.manifest.key);
  }
  return found;
}

using Keys = std::vector<std::string>;

TEST(Eviction, ByAgeTakesWhatNobodyUsedForSoLong) {
  GoldenLimits limits;
  limits.unused_seconds = 14 * 86400;
  const EvictionPlan plan = plan_eviction(four(), limits, kNow);
  EXPECT_EQ(keys(plan), (Keys{"year", "month"}));
  EXPECT_EQ(plan.evictions[1].reason, "not used for 31 days");
}

TEST(Eviction, ByCountTakesTheLeastRecentlyUsed) {
  GoldenLimits limits;
  limits.count = 3;
  EXPECT_EQ(keys(plan_eviction(four(), limits, kNow)), Keys{"year"});
  limits.count = 0;
  EXPECT_EQ(keys(plan_eviction(four(), limits, kNow)).size(), 4U);
  limits.count = 9;
  EXPECT_TRUE(plan_eviction(four(), limits, kNow).evictions.empty());
}

TEST(Eviction, ByDiskStopsAsSoonAsTheRestFits) {
  GoldenLimits limits;
  limits.total_bytes = 250;
  EXPECT_EQ(keys(plan_eviction(four(), limits, kNow)), (Keys{"year", "month"}));
  limits.total_bytes = 400;
  EXPECT_TRUE(plan_eviction(four(), limits, kNow).evictions.empty());
}

TEST(Eviction, WhatOneLimitTookCountsForTheOthers) {
  GoldenLimits limits;
  limits.unused_seconds = 300 * 86400;
  limits.count = 3;
  limits.total_bytes = 300;
  EXPECT_EQ(keys(plan_eviction(four(), limits, kNow)), Keys{"year"});
}

TEST(Eviction, WhatIsUsedOrHeldStaysAndTheLimitIsSaidToBeMissed) {
  std::vector<GoldenInfo> goldens = four();
  goldens[3].in_use = true;
  goldens[2].held_by = "/store/runs/r/data.layer";
  GoldenLimits limits;
  limits.count = 1;
  const EvictionPlan plan = plan_eviction(goldens, limits, kNow);
  EXPECT_EQ(keys(plan), (Keys{"week", "new"}));
  ASSERT_EQ(plan.shortfalls.size(), 1U);
  EXPECT_NE(plan.shortfalls[0].find("left: 2 goldens, more than 1"), std::string::npos) << plan.shortfalls[0];
}

TEST(Eviction, WhatCannotBeReadGoesOnlyWhenAskedForAndLast) {
  std::vector<GoldenInfo> goldens = four();
  goldens.push_back(golden("broken", ""));
  goldens.back().unreadable = "no manifest";
  GoldenLimits limits;
  limits.unused_seconds = 86400;
  limits.total_bytes = 0;
  EXPECT_EQ(keys(plan_eviction(goldens, limits, kNow)), (Keys{"year", "month", "week", "new"}));
  limits.total_bytes = 450;  // without the broken one the rest fits
  limits.unused_seconds = 300 * 86400;
  limits.unreadable = true;
  EXPECT_EQ(keys(plan_eviction(goldens, limits, kNow)), (Keys{"year", "broken"}));
  limits.unused_seconds.reset();
  EXPECT_EQ(keys(plan_eviction(goldens, limits, kNow)), Keys{"broken"});
}

}  // namespace
}  // namespace rehearsal
