#include "harness/step/check_crash.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/pattern.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::string_view kTraceback = "Traceback (most recent call last)";

// A log writes the lines of a traceback with its own words before each: "2026-01-01 00:00:00.000 7 ERROR x   File …".
std::string_view without_prefix(std::string_view line, std::size_t prefix) {
  return line.substr(std::min(prefix, line.size()));
}

}  // namespace

std::optional<std::string> exception_in(const std::string& output) {
  std::optional<std::string> last;
  std::size_t prefix = 0;
  bool inside = false;
  for (const std::string& line : lines_of(output)) {
    if (const std::size_t at = line.find(kTraceback); at != std::string::npos) {
      prefix = at;
      inside = true;
      continue;
    }
    if (!inside) {
      continue;
    }
    const std::string_view text = without_prefix(line, prefix);
    if (!text.empty() && text.front() != ' ' && text.front() != '\t') {
      last = std::string(trim(text));  // the first line that is not indented names the exception
      inside = false;
    }
  }
  return last;
}

std::string end_of_output(const std::string& output) {
  return output.size() > Pattern::kSearched ? output.substr(output.size() - Pattern::kSearched) : output;
}

const KnownCrash* known_crash(const Service& service, const std::string& release, const std::string& output) {
  const std::string text = end_of_output(output);
  for (const KnownCrash& crash : service.known_crashes) {
    const bool applies = crash.releases.empty() || crash.releases.contains(release);
    const auto pattern = Pattern::of(crash.pattern);  // the catalogue was read: it is one
    if (applies && pattern && pattern->is_in(text)) {
      return &crash;
    }
  }
  return nullptr;
}

}  // namespace rehearsal
