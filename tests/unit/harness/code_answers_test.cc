// What the program that asks writes, read back.
#include "harness/step/code_answers.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(CodeAnswers, AreReadAsTheyAreWritten) {
  const auto read = read_code_answers(R"({"seconds": 1.5, "answers": [
      {"asked": "a.B", "kind": "select", "table": "s.b", "seconds": 0.25},
      {"failed": true, "error": 1054, "message": "Unknown column 'b.c' in 'SELECT'", "statement": "SELECT b.c FROM b",
       "asked": "a.C", "kind": "select", "table": "s.c", "seconds": 0.5}]})");
  ASSERT_TRUE(read) << to_text(read.error());
  ASSERT_EQ(read->answers.size(), 2U);
  EXPECT_EQ(read->seconds, 1.5);
  EXPECT_FALSE(read->answers[0].failed);
  EXPECT_EQ(read->answers[0].question(), "select a.B s.b");
  EXPECT_TRUE(read->answers[1].failed);
  EXPECT_EQ(read->answers[1].error, 1054);
  EXPECT_EQ(read_loaded_code(R"({"seconds": 3, "classes": 103})")->classes, 103);
}

TEST(CodeAnswers, WhatCouldNotBeDoneIsAnError) {
  EXPECT_EQ(read_loaded_code(R"({"failed": "ImportError: no"})").error().what, "ImportError: no");
  EXPECT_FALSE(read_code_answers(R"({"failed": "2013 Lost connection"})"));
  EXPECT_FALSE(read_code_answers("{"));
  EXPECT_FALSE(read_code_answers(R"({"answers": 7})"));
}

}  // namespace
}  // namespace rehearsal
