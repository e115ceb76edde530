// The phases of an upgrade's database work, in the order in which a report names them.
#pragma once

#include <array>

#include "base/words.h"

namespace rehearsal {

enum class Phase { purge, online_before, check, expand, migrate, sync, online, contract, status };
constexpr std::array<const char*, 9> words_of(Phase) {
  return {"purge", "online-before", "check", "expand", "migrate", "sync", "online", "contract", "status"};
}

// Moves rows while the services run: before the first hop with the old code, later with the new.
[[nodiscard]] constexpr bool is_online(Phase phase) {
  return phase == Phase::online || phase == Phase::online_before;
}

// Asks, and may change nothing.
[[nodiscard]] constexpr bool only_reads(Phase phase) {
  return phase == Phase::check || phase == Phase::status;
}

// Checks and purges are not part of the upgrade's own work.
[[nodiscard]] constexpr bool is_beside(Phase phase) {
  return only_reads(phase) || phase == Phase::purge;
}

}  // namespace rehearsal
