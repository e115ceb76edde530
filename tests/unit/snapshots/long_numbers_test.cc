#include "base/sql/long_numbers.h"

#include <iterator>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

std::string bytes_of(std::string_view number) {
  NumberBytes bytes(number);
  std::istream stream(&bytes);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(LongNumbers, go_apart_and_their_place_is_marked) {
  const std::string statement =
      "INSERT INTO `0x1234567890` VALUES (1,0xABCDEF0123,'0xABCDEF0123'),(2,0xAB,0xabcdef0123)";
  const MarkedStatement marked = mark_long_numbers(statement, {}, 8);
  EXPECT_EQ(marked.text, "INSERT INTO `0x1234567890` VALUES (1,?,'0xABCDEF0123'),(2,0xAB,?)");
  ASSERT_EQ(marked.numbers.size(), 2U);
  EXPECT_EQ(marked.numbers[0], "0xABCDEF0123");
  EXPECT_EQ(marked.numbers[1], "0xabcdef0123");
}

TEST(LongNumbers, are_told_as_the_session_reads_strings) {
  const std::string statement = "INSERT INTO t VALUES ('a\\',0xABCDEF0123,'b')";
  EXPECT_EQ(mark_long_numbers(statement, {false, false}, 8).text, "INSERT INTO t VALUES ('a\\',?,'b')");
  EXPECT_TRUE(mark_long_numbers(statement, {true, false}, 8).numbers.empty());
}

TEST(LongNumbers, of_other_statements_stay) {
  for (const char* statement : {"UPDATE t SET a = 0xABCDEF0123", "INSERT INTO t VALUES (1234567890123)",
                                "INSERT INTO t VALUES (0xABCDEFGHIJ)", "INSERT INTO t VALUES (?,0xABCDEF0123)"}) {
    EXPECT_TRUE(mark_long_numbers(statement, {}, 8).numbers.empty()) << statement;
  }
}

TEST(LongNumbers, become_bytes) {
  EXPECT_EQ(bytes_of("0x00fFA5"), std::string("\0\xff\xa5", 3));
  EXPECT_EQ(bytes_of("0xABC"), "\x0a\xbc");
  const std::string many(300001, 'A');
  EXPECT_EQ(bytes_of("0x" + many), "\x0a" + std::string(150000, '\xaa'));
}

}  // namespace
}  // namespace rehearsal
