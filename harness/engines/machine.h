// The machine that a run was timed on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rehearsal {

struct Machine {
  std::string host;
  int cores = 0;                   // 0: not known
  std::uint64_t memory_bytes = 0;  // its own, or of the limit that holds here; 0: not known
};
[[nodiscard]] Machine this_machine();

// Bytes that programs could still take, as the kernel estimates it; 0: not known.
[[nodiscard]] std::uint64_t available_memory();

// What the smallest run needs and is not there, in words: the disk of the state directory and the memory, in bytes. 0
// is not known, and no problem.
[[nodiscard]] std::vector<std::string> too_small(std::uint64_t free_disk, std::uint64_t free_memory);

// "db-test (2 cores, 24.1 GB of memory)"; parts that are not known are left out.
[[nodiscard]] std::string to_text(const Machine& machine);

}  // namespace rehearsal
