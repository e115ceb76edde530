#include "reports/wrap.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

using Lines = std::vector<std::string>;

TEST(Wrap, TextHangsBelowItsFirstWordAndNothingIsCut) {
  EXPECT_EQ(wrap_text("  ✗ ", "one two three four", 12), (Lines{"  ✗ one two", "    three", "    four"}));
  EXPECT_EQ(wrap_text("  ", "a averyverylongword b", 10), (Lines{"  a", "  averyverylongword", "  b"}));
  EXPECT_EQ(wrap_text("  ", "→→→ →→→ x", 9), (Lines{"  →→→ →→→", "  x"}));
  EXPECT_EQ(wrap_text("  ", "", 9), (Lines{"  "}));
}

TEST(Wrap, SqlIsBrokenOnlyWhereItMeansTheSame) {
  EXPECT_EQ(wrap_sql("UPDATE t SET a=1 WHERE b=2;", 2, 16), (Lines{"  UPDATE t SET", "  a=1 WHERE b=2;"}));
  EXPECT_EQ(wrap_sql("SELECT 'a b c d e f g' FROM `odd name`;", 2, 12),
            (Lines{"  SELECT", "  'a b c d e f g'", "  FROM", "  `odd name`;"}));
  EXPECT_EQ(wrap_sql("SELECT 'it\\'s two words' x;", 0, 8), (Lines{"SELECT", "'it\\'s two words'", "x;"}));
}

TEST(Wrap, WhatIsLeftOfACommentIsAComment) {
  EXPECT_EQ(wrap_sql("-- keep the newest of them\nDELETE FROM t;", 2, 20),
            (Lines{"  -- keep the newest", "  -- of them", "  DELETE FROM t;"}));
  EXPECT_EQ(wrap_sql("DELETE FROM t; -- all of them go", 0, 10), (Lines{"DELETE FROM t; -- all of them go"}));
}

TEST(Wrap, AStringOverSeveralLinesKeepsItsSpaces) {
  EXPECT_EQ(wrap_sql("SELECT 'a\n   b' FROM t;", 2, 8), (Lines{"  SELECT 'a", "   b' FROM t;"}));
}

}  // namespace
}  // namespace rehearsal
