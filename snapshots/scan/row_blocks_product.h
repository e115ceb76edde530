// For files that are compiled for processors with a carry-less product: included behind their target.
#pragma once

#include <cstdint>

#include <immintrin.h>

namespace rehearsal {
namespace {

// Bit i is the sum, without carry, of the bits up to i.
inline std::uint64_t prefix_xor_by_product(std::uint64_t bits) {
  const __m128i all = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(all));
}

}  // namespace
}  // namespace rehearsal
