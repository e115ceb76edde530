#include "snapshots/keep/eviction.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/text.h"

namespace rehearsal {

namespace {

bool readable(const GoldenInfo& golden) {
  return golden.unreadable.empty();
}

bool too_old(const GoldenInfo& golden, double unused_seconds, std::int64_t now) {
  const auto used = parse_utc(golden.manifest.used);
  return used && static_cast<double>(now - *used) > unused_seconds;
}

class Planner {
 public:
  Planner(std::vector<GoldenInfo> goldens, const GoldenLimits& limits, std::int64_t now)
      : goldens_(std::move(goldens)), limits_(limits), now_(now) {
    for (const GoldenInfo& golden : goldens_) {
      bytes_ += golden.manifest.bytes;
      count_ += readable(golden) ? 1 : 0;
    }
    // Least recently used first; what cannot be read has no last use and would be the oldest of all.
    std::stable_sort(goldens_.begin(), goldens_.end(), [](const GoldenInfo& one, const GoldenInfo& other) {
      return readable(one) != readable(other) ? readable(one) : one.manifest.used < other.manifest.used;
    });
  }

  EvictionPlan plan() {
    // Those that go whatever the other limits are, so that no good golden goes in place of a broken one.
    take([&](const GoldenInfo& golden) {
      return limits_.unreadable && !readable(golden) ? "its manifest cannot be read" : std::string();
    });
    take([&](const GoldenInfo& golden) {
      return limits_.unused_seconds && readable(golden) && too_old(golden, *limits_.unused_seconds, now_)
                 ? "not used for " + human_age(static_cast<double>(now_ - *parse_utc(golden.manifest.used)))
                 : std::string();
    });
    take([&](const GoldenInfo& golden) {
      return limits_.count && readable(golden) && count_ > *limits_.count
                 ? "more than " + plural(*limits_.count, "golden")
                 : std::string();
    });
    take([&](const GoldenInfo& golden) {
      return limits_.total_bytes && readable(golden) && bytes_ > *limits_.total_bytes
                 ? "more than " + human_bytes(*limits_.total_bytes) + " together"
                 : std::string();
    });
    // What cannot be read goes last.
    std::stable_partition(plan_.evictions.begin(), plan_.evictions.end(),
                          [](const Eviction& eviction) { return readable(eviction.golden); });
    tell_shortfalls();
    return std::move(plan_);
  }

 private:
  template <typename Reason>
  void take(const Reason& reason) {
    std::vector<GoldenInfo> stay;
    for (GoldenInfo& golden : goldens_) {
      const std::string why = golden.removable() ? reason(golden) : std::string();
      if (why.empty()) {
        stay.push_back(std::move(golden));
        continue;
      }
      bytes_ -= golden.manifest.bytes;
      count_ -= readable(golden) ? 1 : 0;
      plan_.evictions.push_back({std::move(golden), why});
    }
    goldens_ = std::move(stay);
  }

  void tell_shortfalls() {
    const std::string why = ": the rest is in use, held by a kept clone, or cannot be read";
    if (limits_.count && count_ > *limits_.count) {
      plan_.shortfalls.push_back("left: " + plural(count_, "golden") + ", more than " + human_count(*limits_.count) +
                                 why);
    }
    if (limits_.total_bytes && bytes_ > *limits_.total_bytes) {
      plan_.shortfalls.push_back("left: " + human_bytes(bytes_) + ", more than " + human_bytes(*limits_.total_bytes) +
                                 why);
    }
  }

  std::vector<GoldenInfo> goldens_;
  const GoldenLimits& limits_;
  std::int64_t now_;
  std::uint64_t bytes_ = 0;
  std::size_t count_ = 0;
  EvictionPlan plan_;
};

}  // namespace

EvictionPlan plan_eviction(std::vector<GoldenInfo> goldens, const GoldenLimits& limits, std::int64_t now) {
  return Planner(std::move(goldens), limits, now).plan();
}

}  // namespace rehearsal
