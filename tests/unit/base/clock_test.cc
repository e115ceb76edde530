#include "base/clock.h"

#include <ctime>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Clock, ATimeIsReadBackAsItWasWritten) {
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_utc("2026-11-23T08:15:42Z"), 1795421742);
  const std::int64_t before = std::time(nullptr);
  const auto now = parse_utc(utc_now());
  ASSERT_TRUE(now);
  EXPECT_GE(*now, before);
  EXPECT_LE(*now, std::time(nullptr));
}

TEST(Clock, WhatIsNoTimeIsToldApartFromOne) {
  for (const char* text :
       {"", "yesterday", "2026-11-23", "2026-11-23T08:15:42", "2026-11-23T08:15:42Z ", "2026-02-31T00:00:00Z"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

}  // namespace
}  // namespace rehearsal
