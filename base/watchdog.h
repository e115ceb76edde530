// Ends a wait that cannot hear: a statement that a server works on, a program in a container. It strikes once, on a
// thread of its own, some seconds after the first Ctrl-C or when the time is over; what then happens makes the wait end
// with an error.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace rehearsal {

class Watchdog {
 public:
  // `limit_seconds` 0: only for Ctrl-C. `strike` must be safe beside the thread that waits.
  Watchdog(double limit_seconds, double grace_seconds, std::function<void()> strike);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();  // after it there is no strike

  [[nodiscard]] bool late() const { return late_; }  // it struck since the time was over

 private:
  std::atomic<bool> late_{false};
  std::jthread thread_;
};

}  // namespace rehearsal
