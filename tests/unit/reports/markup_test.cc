#include "reports/markup.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Markup, OnlyCharactersThatXmlAllowsStay) {
  EXPECT_EQ(clean_text("tab\tline\nü → 🂡"), "tab\tline\nü → 🂡");
  EXPECT_EQ(clean_text(std::string_view("a\0b\x1b[31m\x7f", 9)), "a\uFFFDb\uFFFD[31m\uFFFD");
  EXPECT_EQ(clean_text("line\r\nnext\rpart"), "line\nnext\uFFFDpart");
  EXPECT_EQ(clean_text("\xff\xc3("), "\uFFFD\uFFFD(");
  EXPECT_EQ(clean_text("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // half of a surrogate pair
  EXPECT_EQ(clean_text("\xc0\xaf"), "\uFFFD\uFFFD");            // a slash in two bytes
  EXPECT_EQ(clean_text("cut \xe2\x86"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(clean_text("\xef\xbf\xbf"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Markup, NothingEscapesAnAttributeOrAnElement) {
  EXPECT_EQ(escape_markup("<a href=\"x\">'&amp;</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&lt;/a&gt;");
}

TEST(Markup, TextIsCutBetweenCharacters) {
  EXPECT_EQ(clip_text("short", 5), "short");
  EXPECT_EQ(clip_text("shorter", 5), "short…");
  EXPECT_EQ(clip_text("→→", 4), "→…");
}

TEST(Markup, AnchorsHoldNothingThatALinkWouldHaveToQuote) {
  EXPECT_EQ(anchor_of("nova:2024.1:sync:cell1"), "nova:2024.1:sync:cell1");
  EXPECT_EQ(anchor_of("a b\"<#"), "a-b---");
}

}  // namespace
}  // namespace rehearsal
