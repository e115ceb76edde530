#include "base/clock.h"

#include <ctime>

#include "base/os/time.h"

namespace rehearsal {

namespace {

std::string format_utc(const char* format, os::Site from) {
  const std::time_t now = os::wall_time(from);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::string utc_now(os::Site from) {
  return format_utc("%Y-%m-%dT%H:%M:%SZ", from);
}
std::optional<std::int64_t> parse_utc(const std::string& text) {
  std::tm parts{};
  const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') {
    return std::nullopt;
  }
  const std::tm read = parts;
  const std::time_t seconds = ::timegm(&parts);
  if (parts.tm_mday != read.tm_mday || parts.tm_mon != read.tm_mon) {
    return std::nullopt;  // the 31st of February
  }
  return seconds;
}
std::string utc_stamp(os::Site from) {
  return format_utc("%Y%m%d-%H%M%S", from);
}

}  // namespace rehearsal
