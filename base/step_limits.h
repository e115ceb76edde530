// How much a step may take before it is ended. A step that a limit ended says nothing of the migration.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace rehearsal {

struct StepLimits {
  std::uint64_t memory = std::uint64_t{4} << 30;    // bytes, of all its processes and of what it keeps in /tmp
  std::int64_t processes = 512;                     // and threads
  std::uint64_t output = std::uint64_t{256} << 20;  // bytes that it prints
  std::uint64_t files = std::uint64_t{4} << 30;     // bytes in its work folder
  double idle_seconds = 1800;                       // without a word printed
  std::map<std::string, double> time_seconds = {};  // phase -> seconds; others: as the catalogue says
};

// Of a program that is ours: nothing is limited.
[[nodiscard]] inline StepLimits no_limits() {
  return {.memory = 0, .processes = 0, .output = 0, .files = 0, .idle_seconds = 0};
}

}  // namespace rehearsal
