// AVX-512: one vector a block, compared straight into a mask.
#include "snapshots/scan/row_blocks.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma GCC target("avx2,avx512f,avx512bw,bmi,bmi2,lzcnt,pclmul,popcnt")
#include "snapshots/scan/row_blocks_of.h"
#include "snapshots/scan/row_blocks_product.h"

namespace rehearsal {
namespace {

struct Block {
  static std::uint64_t is(__m512i v, char c) { return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(c)); }
  static std::uint64_t equal(const char* at, char c) { return is(_mm512_loadu_si512(at), c); }
  static BlockMasks read(const char* at, char delimiter) {
    const __m512i v = _mm512_loadu_si512(at);
    // " and # differ in their last bit, - and / in their second.
    const std::uint64_t pair = is(_mm512_or_si512(v, _mm512_set1_epi8(1)), '#');
    const std::uint64_t dash = is(_mm512_or_si512(v, _mm512_set1_epi8(2)), '/');
    return {.quote = is(v, '\''),
            .backslash = is(v, '\\'),
            .open = is(v, '('),
            .close = is(v, ')'),
            .comma = is(v, ','),
            .other = pair | dash | is(v, '`') | is(v, delimiter)};
  }
  static std::uint64_t prefix_xor(std::uint64_t bits) { return prefix_xor_by_product(bits); }
};

}  // namespace

extern const RowPasser kPassRowsAvx512;
extern const NewlineCounter kCountNewlinesAvx512;
const RowPasser kPassRowsAvx512 = pass_rows<Block>;
const NewlineCounter kCountNewlinesAvx512 = count_line_ends<Block>;

}  // namespace rehearsal
#endif
