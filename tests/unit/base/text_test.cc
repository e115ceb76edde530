#include "base/text.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Text, DurationsAreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("4h"), 14400);
  EXPECT_EQ(parse_duration("1h30m"), 5400);
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_LT(parse_duration("soon"), 0);
  EXPECT_LT(parse_duration(""), 0);
}

TEST(Text, SizesAreReadWithTheirUnits) {
  EXPECT_EQ(parse_size("4g"), 4ULL << 30);
  EXPECT_EQ(parse_size("512MiB"), 512ULL << 20);
  EXPECT_EQ(parse_size("many"), 0U);
}

TEST(Text, NumbersAreWrittenForPeople) {
  EXPECT_EQ(human_count(1234567), "1,234,567");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(12345678), "12.3 MB");
  EXPECT_EQ(human_seconds(3.21), "3.2 s");
  EXPECT_EQ(human_seconds(185), "3 min 05 s");
  EXPECT_EQ(human_seconds(7800), "2 h 10 min");
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
