// Time: what the wall says, and how long something took.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/os/time.h"

namespace rehearsal {

// "2026-11-23T08:15:42Z"
[[nodiscard]] std::string utc_now(os::Site from = os::Site::here());
// The reverse of utc_now(), in seconds since 1970; nullopt where `text` is not such a time.
[[nodiscard]] std::optional<std::int64_t> parse_utc(const std::string& text);
// "20261123-081542": sorts by time and is fit for a file name.
[[nodiscard]] std::string utc_stamp(os::Site from = os::Site::here());

class Stopwatch {
 public:
  explicit Stopwatch(os::Site from = os::Site::here()) : start_(os::steady_time(from)) {}
  [[nodiscard]] double seconds(os::Site from = os::Site::here()) const {
    return std::chrono::duration<double>(os::steady_time(from) - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_;
};

}  // namespace rehearsal
