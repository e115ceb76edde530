// The machine that a run was timed on.
#pragma once

#include <cstdint>
#include <string>

namespace rehearsal {

struct Machine {
  std::string host;
  int cores = 0;                   // 0: not known
  std::uint64_t memory_bytes = 0;  // its own, or of the limit that holds here; 0: not known
};
[[nodiscard]] Machine this_machine();

// "db-test (2 cores, 24.1 GB of memory)"; parts that are not known are left out.
[[nodiscard]] std::string to_text(const Machine& machine);

}  // namespace rehearsal
