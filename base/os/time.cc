#include "base/os/time.h"

#include <atomic>
#include <optional>

#include "base/os/faults.h"

namespace rehearsal::os {

namespace {

constexpr std::int64_t kDay = 86400;

std::atomic<std::int64_t> g_wall_offset{0};
std::atomic<std::int64_t> g_steady_offset{0};

void jump(const char* call, Site from, std::atomic<std::int64_t>& offset) {
  const std::optional<Fault> fault = fault_at(call, from);
  if (fault && fault->kind == FaultKind::later) {
    offset += kDay;
  } else if (fault && fault->kind == FaultKind::earlier) {
    offset -= kDay;
  }
}

}  // namespace

std::time_t wall_time(Site from) {
  jump("clock.wall", from, g_wall_offset);
  return std::time(nullptr) + g_wall_offset;
}

std::chrono::steady_clock::time_point steady_time(Site from) {
  jump("clock.steady", from, g_steady_offset);
  return std::chrono::steady_clock::now() + std::chrono::seconds(g_steady_offset);
}

void forget_jumps() {
  g_wall_offset = 0;
  g_steady_offset = 0;
}

}  // namespace rehearsal::os
