// What snapshots/scan/row_blocks.h promises, for one kind of vectors: included by a file for each that defines Block.
// All of it stays in that file, because it is compiled for processors that others may not be compiled for.
#pragma once

#include "snapshots/scan/row_blocks.h"

namespace rehearsal {
namespace {

// Bit i is byte i of a block.
struct BlockMasks {
  std::uint64_t quote, backslash, open, close, comma;
  std::uint64_t other;  // outside strings, the other bytes that may mean something
};

// Bytes that a backslash before them escapes. `carry`: whether the first is escaped, then the next block's first.
inline std::uint64_t escaped_bytes(std::uint64_t backslash, std::uint64_t& carry) {
  constexpr std::uint64_t kEven = 0x5555555555555555U;
  backslash &= ~carry;
  const std::uint64_t follows = backslash << 1U | carry;
  const std::uint64_t odd_starts = backslash & ~kEven & ~follows;
  std::uint64_t even_sequences = 0;
  carry = __builtin_add_overflow(odd_starts, backslash, &even_sequences) ? 1U : 0U;
  return (kEven ^ (even_sequences << 1U)) & follows;
}

inline std::uint64_t below(unsigned bit) {
  return (std::uint64_t{1} << bit) - 1;
}

// Whether a byte that stopped the block means nothing after all: a sign, a division.
inline bool is_harmless(const char* at, char delimiter) {
  return at[0] != delimiter && ((at[0] == '-' && at[1] != '-') || (at[0] == '/' && at[1] != '*'));
}

template <class Block>
RowsPassed pass_rows(const RowBytes& bytes) {
  constexpr std::size_t kBlock = 64;
  constexpr std::size_t kAhead = 1024;
  const std::uint64_t heeded = bytes.escapes ? ~std::uint64_t{0} : 0;
  std::uint64_t in_string = bytes.in_string ? ~std::uint64_t{0} : 0;
  std::uint64_t in_row = bytes.in_row ? ~std::uint64_t{0} : 0;
  std::uint64_t escape = 0;
  RowsPassed passed;
  std::size_t at = bytes.at;
  // One byte more is looked at, for what follows the last one of the block.
  for (; at + kBlock < bytes.end; at += kBlock) {
    const char* const block = bytes.data + at;
    // Another processor has just written it; behind the end this asks for nothing.
    __builtin_prefetch(block + kAhead);
    BlockMasks masks = Block::read(block, bytes.delimiter);
    masks.backslash &= heeded;
    const std::uint64_t escaped = escaped_bytes(masks.backslash, escape);
    // From each opening quote, included, to its closing one, not included.
    const std::uint64_t inside = Block::prefix_xor(masks.quote & ~escaped) ^ in_string;
    const std::uint64_t open = masks.open & ~inside;
    const std::uint64_t close = masks.close & ~inside;
    const std::uint64_t row = Block::prefix_xor(open | close) ^ in_row;
    const std::uint64_t comma_next = masks.comma >> 1U | (block[kBlock] == ',' ? std::uint64_t{1} << 63U : 0U);
    std::uint64_t stop = ((masks.other | masks.backslash) & ~inside) | (open & ~row) | (close & (row | ~comma_next));
    while (stop != 0 && is_harmless(block + __builtin_ctzll(stop), bytes.delimiter)) {
      stop &= stop - 1;
    }
    const auto count = [&](std::uint64_t ends) {
      if (ends != 0) {
        passed.rows += static_cast<std::uint64_t>(__builtin_popcountll(ends));
        passed.last_comma = at + 65 - static_cast<std::size_t>(__builtin_clzll(ends));
      }
    };
    if (stop != 0) [[unlikely]] {
      const auto bit = static_cast<unsigned>(__builtin_ctzll(stop));
      count(close & below(bit));
      passed.at = at + bit;
      passed.in_row = bit > 0 ? (row >> (bit - 1) & 1U) != 0 : in_row != 0;
      return passed;
    }
    count(close);
    in_string = inside >> 63U != 0 ? ~std::uint64_t{0} : 0;
    in_row = row >> 63U != 0 ? ~std::uint64_t{0} : 0;
  }
  passed.at = at - escape;  // a backslash goes with what it escapes
  passed.in_string = in_string != 0;
  passed.in_row = in_row != 0;
  return passed;
}

template <class Block>
std::uint64_t count_line_ends(std::string_view text) {
  constexpr std::size_t kBlock = 64;
  std::uint64_t count = 0;
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock) {
    count += static_cast<std::uint64_t>(__builtin_popcountll(Block::equal(text.data() + at, '\n')));
  }
  for (; at < text.size(); ++at) {
    count += text[at] == '\n' ? 1U : 0U;
  }
  return count;
}

}  // namespace
}  // namespace rehearsal
