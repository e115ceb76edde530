// Clocks: as the system's, but a fault can make a clock jump, from then on and for everybody. A wall clock
// jumps when it is set; the other one when the process, or the machine below it, was stopped for a while.
#pragma once

#include <chrono>
#include <ctime>

#include "base/os/site.h"

namespace rehearsal::os {

[[nodiscard]] std::time_t wall_time(Site from = Site::here());
[[nodiscard]] std::chrono::steady_clock::time_point steady_time(Site from = Site::here());
// Sets them right again.
void forget_jumps();

}  // namespace rehearsal::os
