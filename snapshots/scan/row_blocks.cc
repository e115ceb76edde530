// Which vectors to use, and those that every x86-64 processor has.
#include "snapshots/scan/row_blocks.h"

#include "base/sql/bytes.h"

#if defined(__x86_64__)
#include <emmintrin.h>

#include "snapshots/scan/row_blocks_of.h"
#endif

namespace rehearsal {

namespace {

#if defined(__x86_64__)
// SSE2: four vectors a block.
struct Block {
  static __m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
  static __m128i is(__m128i v, char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); }
  template <class Test>
  static std::uint64_t mask(const char* at, const Test& test) {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) {
      bits |= static_cast<std::uint64_t>(_mm_movemask_epi8(test(load(at + 16 * i)))) << (16 * i);
    }
    return bits;
  }
  static std::uint64_t equal(const char* at, char c) {
    return mask(at, [&](__m128i v) { return is(v, c); });
  }
  static BlockMasks read(const char* at, char delimiter) {
    // " and # differ in their last bit, - and / in their second.
    const auto other = [&](__m128i v) {
      const __m128i pair = is(_mm_or_si128(v, _mm_set1_epi8(1)), '#');
      const __m128i dash = is(_mm_or_si128(v, _mm_set1_epi8(2)), '/');
      return _mm_or_si128(_mm_or_si128(pair, dash), _mm_or_si128(is(v, '`'), is(v, delimiter)));
    };
    return {.quote = equal(at, '\''),
            .backslash = equal(at, '\\'),
            .open = equal(at, '('),
            .close = equal(at, ')'),
            .comma = equal(at, ','),
            .other = mask(at, other)};
  }
  static std::uint64_t prefix_xor(std::uint64_t bits) {
    for (unsigned shift = 1; shift < 64; shift *= 2) {
      bits ^= bits << shift;
    }
    return bits;
  }
};
#endif

}  // namespace

#if defined(__x86_64__)
extern const RowPasser kPassRowsAvx2;
extern const RowPasser kPassRowsAvx512;
extern const NewlineCounter kCountNewlinesAvx2;
extern const NewlineCounter kCountNewlinesAvx512;

Vectors best_vectors() {
  static const Vectors best = [] {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt") &&
                      __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    return avx512 ? Vectors::avx512 : avx2 ? Vectors::avx2 : Vectors::sse2;
  }();
  return best;
}

RowPasser row_passer(Vectors vectors) {
  switch (vectors) {
    case Vectors::none:
      return nullptr;
    case Vectors::sse2:
      return pass_rows<Block>;
    case Vectors::avx2:
      return kPassRowsAvx2;
    case Vectors::avx512:
      return kPassRowsAvx512;
  }
  return nullptr;
}

NewlineCounter newline_counter(Vectors vectors) {
  switch (vectors) {
    case Vectors::none:
    case Vectors::sse2:
      return count_newlines;
    case Vectors::avx2:
      return kCountNewlinesAvx2;
    case Vectors::avx512:
      return kCountNewlinesAvx512;
  }
  return count_newlines;
}
#else
Vectors best_vectors() {
  return Vectors::none;
}
RowPasser row_passer(Vectors) {
  return nullptr;
}
NewlineCounter newline_counter(Vectors) {
  return count_newlines;
}
#endif

}  // namespace rehearsal
