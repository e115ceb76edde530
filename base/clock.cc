#include "base/clock.h"

#include <ctime>

namespace rehearsal {

namespace {

std::string format_utc(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::string utc_now() {
  return format_utc("%Y-%m-%dT%H:%M:%SZ");
}
std::string utc_stamp() {
  return format_utc("%Y%m%d-%H%M%S");
}

}  // namespace rehearsal
