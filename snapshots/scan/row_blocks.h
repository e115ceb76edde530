// The rows of an INSERT, 64 bytes at a time: what stands in strings is found by arithmetic on bit masks, so that a row
// costs a few operations, whatever its values. Anything that is not plain is left to the scanner's byte by byte way
// (snapshots/scan/statement_scan.h), which goes on where this stops. The widest vectors that the processor has are
// used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rehearsal {

enum class Vectors { none, sse2, avx2, avx512 };

[[nodiscard]] Vectors best_vectors();  // of this processor

struct RowsPassed {
  std::size_t at = 0;          // the next byte to look at
  bool in_string = false;      // it is inside a string in single quotes
  bool in_row = false;         // it is inside the parentheses of a row
  std::uint64_t rows = 0;      // that ended, each with a comma directly behind it
  std::size_t last_comma = 0;  // behind the last of them; counts only where there are rows
};

struct RowBytes {
  const char* data = nullptr;
  std::size_t at = 0;
  std::size_t end = 0;
  bool in_string = false;  // data[at] is inside a string in single quotes, or behind it
  bool in_row = false;
  bool escapes = true;   // whether \ escapes in such strings
  char delimiter = ';';  // its first byte
};

// Passes over strings in single quotes, values, parentheses and commas. Stops at a byte outside strings that may begin
// a comment, another kind of string or the delimiter, at a parenthesis inside a row, at the closing one where no comma
// follows, and short of the end.
using RowPasser = RowsPassed (*)(const RowBytes&);
[[nodiscard]] RowPasser row_passer(Vectors vectors);  // nullptr for none

using NewlineCounter = std::uint64_t (*)(std::string_view);
[[nodiscard]] NewlineCounter newline_counter(Vectors vectors);

}  // namespace rehearsal
