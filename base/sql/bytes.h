// Jumps over the bytes that mean nothing to the tokeniser. Each returns the index of the first byte that may mean
// something, or `end`. Sixteen bytes at a time where the processor has SSE2.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rehearsal {

// Outside strings: quotes, parentheses, what may begin or end a comment, the delimiter's first byte.
[[nodiscard]] inline bool is_code_byte(char c, char delimiter) {
  switch (c) {
    case '\'':
    case '"':
    case '`':
    case '(':
    case ')':
    case '*':
    case '#':
    case '-':
    case '/':
      return true;
    default:
      return c == delimiter;
  }
}

#if defined(__SSE2__)
namespace bytes_detail {
[[nodiscard]] inline __m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
[[nodiscard]] inline std::size_t first(int mask) {
  return static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
}
}  // namespace bytes_detail
#endif

[[nodiscard]] inline std::size_t find_code_byte(const char* data, std::size_t at, std::size_t end, char delimiter) {
#if defined(__SSE2__)
  using namespace bytes_detail;
  const __m128i d = _mm_set1_epi8(delimiter);
  for (; at + 16 <= end; at += 16) {
    const __m128i v = load(data + at);
    // ' ( ) * are 0x27 to 0x2a; " and # differ in their last bit, - and / in their second.
    const __m128i shifted = _mm_sub_epi8(v, _mm_set1_epi8(0x27));
    const __m128i range = _mm_cmpeq_epi8(_mm_min_epu8(shifted, _mm_set1_epi8(3)), shifted);
    const __m128i pair = _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(1)), _mm_set1_epi8(0x23));
    const __m128i dash = _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(2)), _mm_set1_epi8(0x2f));
    const __m128i tick = _mm_cmpeq_epi8(v, _mm_set1_epi8('`'));
    const __m128i any =
        _mm_or_si128(_mm_or_si128(range, pair), _mm_or_si128(dash, _mm_or_si128(tick, _mm_cmpeq_epi8(v, d))));
    if (const int mask = _mm_movemask_epi8(any); mask != 0) {
      return at + first(mask);
    }
  }
#endif
  while (at < end && !is_code_byte(data[at], delimiter)) {
    ++at;
  }
  return at;
}

// Inside a string: its closing quote, or a backslash. Pass the quote twice where backslashes mean nothing.
[[nodiscard]] inline std::size_t find_either(const char* data, std::size_t at, std::size_t end, char one, char two) {
#if defined(__SSE2__)
  using namespace bytes_detail;
  const __m128i a = _mm_set1_epi8(one);
  const __m128i b = _mm_set1_epi8(two);
  for (; at + 16 <= end; at += 16) {
    const __m128i v = load(data + at);
    if (const int mask = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, a), _mm_cmpeq_epi8(v, b))); mask != 0) {
      return at + first(mask);
    }
  }
#endif
  while (at < end && data[at] != one && data[at] != two) {
    ++at;
  }
  return at;
}

// Inside a string that must be UTF-8: its closing quote, a backslash, or a byte beyond ASCII.
[[nodiscard]] inline std::size_t find_text_byte(const char* data, std::size_t at, std::size_t end) {
#if defined(__SSE2__)
  using namespace bytes_detail;
  const __m128i quote = _mm_set1_epi8('\'');
  const __m128i escape = _mm_set1_epi8('\\');
  for (; at + 16 <= end; at += 16) {
    const __m128i v = load(data + at);
    const __m128i any = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, escape)), v);
    if (const int mask = _mm_movemask_epi8(any); mask != 0) {
      return at + first(mask);
    }
  }
#endif
  while (at < end && data[at] != '\'' && data[at] != '\\' && static_cast<unsigned char>(data[at]) < 0x80) {
    ++at;
  }
  return at;
}

[[nodiscard]] inline std::uint64_t count_newlines(std::string_view text) {
  std::uint64_t count = 0;
  std::size_t at = 0;
#if defined(__SSE2__)
  using namespace bytes_detail;
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i zero = _mm_setzero_si128();
  while (at + 16 <= text.size()) {
    // Byte counters, added up before one of them can overflow.
    __m128i counters = zero;
    for (int turn = 0; turn < 255 && at + 16 <= text.size(); ++turn, at += 16) {
      counters = _mm_sub_epi8(counters, _mm_cmpeq_epi8(load(text.data() + at), newline));
    }
    const __m128i sums = _mm_sad_epu8(counters, zero);
    count += static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
#endif
  for (; at < text.size(); ++at) {
    count += text[at] == '\n' ? 1U : 0U;
  }
  return count;
}

}  // namespace rehearsal
