// Hexadecimal numbers that are most of a statement: a row of hundreds of megabytes is sent from where it lies, not
// copied. Pure.
#pragma once

#include <cstddef>
#include <istream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql/quoting.h"

namespace rehearsal {

// A statement with a question mark in the place of each long number.
struct MarkedStatement {
  std::string text;
  std::vector<std::string_view> numbers;  // "0x…", in their order; they lie in the statement
};

// Numbers of an INSERT or REPLACE with more than `least` bytes. No numbers: the statement is to be sent as it is.
[[nodiscard]] MarkedStatement mark_long_numbers(std::string_view statement, Quoting quoting, std::size_t least);

// The bytes of "0x…", of which at least one digit follows.
class NumberBytes : public std::streambuf {
 public:
  explicit NumberBytes(std::string_view number) : digits_(number.substr(2)) {}

 protected:
  int_type underflow() override;

 private:
  std::string_view digits_;
  std::string bytes_;
};

}  // namespace rehearsal
