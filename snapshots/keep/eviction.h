// Which kept goldens are to go. Pure: what is kept and the limits in, a plan out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snapshots/keep/golden_store.h"

namespace rehearsal {

// What may stay; each limit that is set holds. All are about the last use, least recently used goes first.
struct GoldenLimits {
  std::optional<double> unused_seconds;      // none that nobody used for so long
  std::optional<std::size_t> count;          // at most so many, those that cannot be read not counted
  std::optional<std::uint64_t> total_bytes;  // at most so much disk together
  bool unreadable = false;                   // none with a manifest that cannot be read; without it all of them stay

  [[nodiscard]] bool any() const { return unused_seconds || count || total_bytes || unreadable; }
};

struct Eviction {
  GoldenInfo golden;
  std::string reason;  // "not used for 15 days"
};

struct EvictionPlan {
  std::vector<Eviction> evictions;      // in the order in which they go
  std::vector<std::string> shortfalls;  // limits that do not hold after it, and why
};

// `goldens` as GoldenStore::list() gives them; `now` in seconds since 1970. What is in use or held stays, and counts.
[[nodiscard]] EvictionPlan plan_eviction(std::vector<GoldenInfo> goldens, const GoldenLimits& limits, std::int64_t now);

}  // namespace rehearsal
