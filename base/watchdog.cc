#include "base/watchdog.h"

#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/interrupt.h"

namespace rehearsal {

Watchdog::Watchdog(double limit_seconds, double grace_seconds, std::function<void()> strike)
    : thread_([this, limit_seconds, grace_seconds, strike = std::move(strike)](const std::stop_token& stop) {
        const Stopwatch watch;
        std::optional<Stopwatch> asked;
        while (!stop.stop_requested()) {
          if (interrupted() && !asked) {
            asked.emplace();
          }
          const bool over = limit_seconds > 0 && watch.seconds() > limit_seconds;
          if (over || (asked && asked->seconds() >= grace_seconds)) {
            late_ = over;
            strike();
            return;
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
      }) {}

Watchdog::~Watchdog() = default;

}  // namespace rehearsal
