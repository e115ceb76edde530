// AVX2: two vectors a block.
#include "snapshots/scan/row_blocks.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma GCC target("avx2,bmi,bmi2,lzcnt,pclmul,popcnt")
#include "snapshots/scan/row_blocks_of.h"
#include "snapshots/scan/row_blocks_product.h"

namespace rehearsal {
namespace {

struct Block {
  static __m256i load(const char* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }
  static std::uint64_t mask(__m256i low, __m256i high) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32U;
  }
  static __m256i is(__m256i v, char c) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c)); }
  // " and # differ in their last bit, - and / in their second.
  static __m256i is_other(__m256i v, char delimiter) {
    const __m256i pair = is(_mm256_or_si256(v, _mm256_set1_epi8(1)), '#');
    const __m256i dash = is(_mm256_or_si256(v, _mm256_set1_epi8(2)), '/');
    return _mm256_or_si256(_mm256_or_si256(pair, dash), _mm256_or_si256(is(v, '`'), is(v, delimiter)));
  }
  static std::uint64_t equal(const char* at, char c) { return mask(is(load(at), c), is(load(at + 32), c)); }
  static BlockMasks read(const char* at, char delimiter) {
    const __m256i a = load(at);
    const __m256i b = load(at + 32);
    return {.quote = mask(is(a, '\''), is(b, '\'')),
            .backslash = mask(is(a, '\\'), is(b, '\\')),
            .open = mask(is(a, '('), is(b, '(')),
            .close = mask(is(a, ')'), is(b, ')')),
            .comma = mask(is(a, ','), is(b, ',')),
            .other = mask(is_other(a, delimiter), is_other(b, delimiter))};
  }
  static std::uint64_t prefix_xor(std::uint64_t bits) { return prefix_xor_by_product(bits); }
};

}  // namespace

extern const RowPasser kPassRowsAvx2;
extern const NewlineCounter kCountNewlinesAvx2;
const RowPasser kPassRowsAvx2 = pass_rows<Block>;
const NewlineCounter kCountNewlinesAvx2 = count_line_ends<Block>;

}  // namespace rehearsal
#endif
