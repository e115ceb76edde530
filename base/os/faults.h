// The seam at which calls of the operating system can be made to fail: each of calls.h asks here first. Without a plan
// that costs one look at a flag.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/os/fault_plan.h"
#include "base/os/site.h"

namespace rehearsal::os {

// A site that was reached: "snapshots/keep/golden_store.cc:188 write_file>fsync base/files.cc:118", the last word being
// where the call itself stands, the same place where no door is between.
struct Reached {
  std::string place;
  std::string call;
  std::string leaf;
  unsigned long times = 0;
};

// While it lives the plan is in force, in this process and none that it starts. One at a time.
class FaultsInForce {
 public:
  explicit FaultsInForce(FaultPlan plan);
  FaultsInForce(const FaultsInForce&) = delete;
  FaultsInForce& operator=(const FaultsInForce&) = delete;
  ~FaultsInForce();

  [[nodiscard]] static unsigned long hits(std::size_t rule = 0);  // how often this rule of the plan struck so far
  [[nodiscard]] static std::vector<Reached> reached();            // in no order
};

// Puts the plan of the file that REHEARSAL_FAULTS names in force until the process ends. False with why not.
[[nodiscard]] bool take_plan_of_environment(std::string& problem);
// Whether a plan is in force that can make a call fail.
[[nodiscard]] bool faults_in_force();

namespace detail {
extern std::atomic<bool> g_asked;
std::optional<Fault> decide(const char* call, Site site);
}  // namespace detail

// The fault of this call, if any. A fault that ends the process does not return.
[[nodiscard]] inline std::optional<Fault> fault_at(const char* call, Site site) {
  return detail::g_asked.load(std::memory_order_relaxed) ? detail::decide(call, site) : std::nullopt;
}

}  // namespace rehearsal::os
