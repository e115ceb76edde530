#include "base/content_hash.h"

#include <cstdio>

#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // XXH3 with the widest vectors that the processor has
#else
#include <xxhash.h>
#endif

namespace rehearsal {

struct ContentHash::State {
  State() : xxh(XXH3_createState()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XXH3_freeState(xxh); }
  XXH3_state_t* xxh;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  reset();
}
ContentHash::ContentHash(ContentHash&&) noexcept = default;
ContentHash& ContentHash::operator=(ContentHash&&) noexcept = default;
ContentHash::~ContentHash() = default;

void ContentHash::add(std::string_view bytes) {
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
}

void ContentHash::reset() {
  XXH3_128bits_reset(state_->xxh);
}

std::string ContentHash::hex() const {
  const XXH128_hash_t value = XXH3_128bits_digest(state_->xxh);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(value.high64),
                static_cast<unsigned long long>(value.low64));
  return text;
}

}  // namespace rehearsal
