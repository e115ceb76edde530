#include "base/text.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Text, DurationsAreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("4h").value(), 14400);
  EXPECT_EQ(parse_duration("1h30m").value(), 5400);
  EXPECT_EQ(parse_duration("1H 30M").value(), 5400);
  EXPECT_EQ(parse_duration("90").value(), 90);
  EXPECT_EQ(parse_duration("0.5s").value(), 0.5);
  EXPECT_EQ(parse_duration("14d").value(), 14 * 86400);
  EXPECT_EQ(parse_duration("1w2d").value(), 9 * 86400);
}

TEST(Text, WhatIsNoDurationIsRefusedByName) {
  for (const char* text : {"soon", "", " ", "-1h", "inf", "nan", "0x10h", "1e3", "1..5h", ".h", "4y", "h", "4hh"}) {
    const auto read = parse_duration(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().what.find("'" + std::string(text) + "'"), std::string::npos);
    EXPECT_EQ(read.error().kind, ErrorKind::usage);
  }
}

TEST(Text, SizesAreReadWithTheirUnits) {
  EXPECT_EQ(parse_size("4g").value(), 4ULL << 30);
  EXPECT_EQ(parse_size("1.5G").value(), 3ULL << 29);
  EXPECT_EQ(parse_size("512MiB").value(), 512ULL << 20);
  EXPECT_EQ(parse_size("512 MB").value(), 512'000'000U);
  EXPECT_EQ(parse_size("100000").value(), 100'000U);
  EXPECT_EQ(parse_size("0").value(), 0U);
}

TEST(Text, ASizeThatIsShownIsReadAsTheSame) {
  for (const std::uint64_t bytes : {999ULL, 12'300ULL, 12'300'000ULL, 200'000'000'000ULL, 1'500'000'000'000ULL}) {
    EXPECT_EQ(parse_size(human_bytes(bytes)).value(), bytes) << human_bytes(bytes);
  }
}

TEST(Text, WhatIsNoSizeIsRefusedByName) {
  for (const char* text :
       {"many", "", "-5g", "g", "5x", "5gx", "5bb", "inf", "nan", "0x10", "1e30", "1.2.3g", "20000000t"}) {
    const auto read = parse_size(text);
    ASSERT_FALSE(read) << text << " is " << *read;
    EXPECT_NE(read.error().what.find("'" + std::string(text) + "'"), std::string::npos);
    EXPECT_EQ(read.error().kind, ErrorKind::usage);
  }
}

TEST(Text, NumbersAreWrittenForPeople) {
  EXPECT_EQ(human_count(1234567), "1,234,567");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(12345678), "12.3 MB");
  EXPECT_EQ(human_seconds(3.21), "3.2 s");
  EXPECT_EQ(human_seconds(185), "3 min 05 s");
  EXPECT_EQ(human_seconds(7800), "2 h 10 min");
  EXPECT_EQ(human_age(59.9), "59 s");
  EXPECT_EQ(human_age(47 * 3600), "47 h");
  EXPECT_EQ(human_age(15 * 86400 + 5), "15 days");
  EXPECT_EQ(plural(1, "row"), "1 row");
  EXPECT_EQ(plural(1200, "row"), "1,200 rows");
}

TEST(Text, ExpandLeavesUnknownNamesAlone) {
  EXPECT_EQ(expand("a ${x} b ${y}", {{"x", "1"}}), "a 1 b ${y}");
  EXPECT_EQ(expand("${x", {{"x", "1"}}), "${x");
}

TEST(Text, SqlQuotingSurvivesQuotes) {
  EXPECT_EQ(sql_name("a`b"), "`a``b`");
  EXPECT_EQ(sql_string("it's \\ here\n"), "'it\\'s \\\\ here\\n'");
}

TEST(Text, ShellWordsCanBePastedBack) {
  EXPECT_EQ(shell_words({"a", "b c", "it's", ""}), "a 'b c' 'it'\\''s' ''");
}

}  // namespace
}  // namespace rehearsal
