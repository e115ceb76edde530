// What online data migrations have done so far, told while their command runs: a large table takes hours, and the
// command's own lines go to a file.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "harness/step/online_output.h"

namespace rehearsal {

// "fill: 12000 rows migrated, 240 a second, 388000 left, about 27 min to zero". Rows that are left are told where the
// command counts them all; `seconds` is the time that the command has run. Empty: nothing was printed yet.
[[nodiscard]] std::string pace_so_far(const OnlineOutput& output, double seconds);

// Reads the growing output every few seconds until it is destroyed, and calls `tell` from a thread of its own.
class OnlineWatch {
 public:
  OnlineWatch(std::filesystem::path output, OnlinePattern pattern, std::function<void(const std::string&)> tell);
  OnlineWatch(const OnlineWatch&) = delete;
  OnlineWatch& operator=(const OnlineWatch&) = delete;

 private:
  std::jthread thread_;
};

}  // namespace rehearsal
