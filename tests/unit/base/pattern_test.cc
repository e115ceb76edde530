#include "base/pattern.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Pattern, TellsTheMatchAndItsGroups) {
  const auto pattern = Pattern::of(R"((\d+) of (x)?(\w+))");
  ASSERT_TRUE(pattern);
  const auto match = pattern->search("moved 7 of rows");
  ASSERT_TRUE(match);
  EXPECT_EQ(*match, (std::vector<std::string>{"7 of rows", "7", "", "rows"}));
  EXPECT_FALSE(pattern->is_in("nothing"));
}

TEST(Pattern, WhatIsNoneIsAnErrorThatNamesIt) {
  for (const char* const text : {"(", "[z-a]", "*", "a{2"}) {
    const auto pattern = Pattern::of(text);
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().where, text);
  }
}

// The library's search of all of it needs more stack than there is.
TEST(Pattern, ALineOfFiveMegabytesOfDigitsIsNoDanger) {
  const auto pattern = Pattern::of(R"((\d+) rows)");
  ASSERT_TRUE(pattern);
  EXPECT_FALSE(pattern->is_in(std::string(5 << 20, '7')));
}

TEST(Pattern, NoGroupIsCutWhereverItStands) {
  const auto pattern = Pattern::of(R"(ran (\w+))");
  ASSERT_TRUE(pattern);
  for (std::size_t before = 0; before < 1100; ++before) {
    const auto match = pattern->search(std::string(before, '.') + "ran fill_all_of_them" + std::string(600, '.'));
    ASSERT_TRUE(match) << before;
    EXPECT_EQ((*match)[1], "fill_all_of_them") << before;
  }
}

TEST(Pattern, WhatMatchesIsFoundWhereverItStands) {
  const auto pattern = Pattern::of(R"(\b(\d+) rows\b)"), whole = Pattern::of("^7 rows$");
  ASSERT_TRUE(pattern && whole);
  for (std::size_t before = 0; before + 20 < Pattern::kSearched; before += 251) {
    const std::string text = std::string(before, '.') + "12 rows" + std::string(40, '.');
    const auto match = pattern->search(text);
    ASSERT_TRUE(match) << before;
    EXPECT_EQ((*match)[1], "12") << before;
    EXPECT_FALSE(whole->is_in(std::string(before + 1, '.') + "7 rows")) << "a part's beginning is not the text's";
    EXPECT_FALSE(whole->is_in("7 rows" + std::string(before + 1, '.'))) << "a part's end is not the text's";
  }
  EXPECT_TRUE(whole->is_in("7 rows"));
}

}  // namespace
}  // namespace rehearsal
