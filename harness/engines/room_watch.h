// Looks at what a step takes while it runs, for the limits that the kernel does not hold for us.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/engines/engine.h"

namespace rehearsal {

// What a process and its descendants take.
struct Taken {
  std::int64_t processes = 0;  // and threads
  std::uint64_t memory = 0;    // bytes that lie in memory; shared ones are counted once for each
};
[[nodiscard]] Taken taken_below(int pid);

// The same bytes with shared ones split among those that share them, which takes the kernel longer to tell.
[[nodiscard]] std::uint64_t memory_below(int pid);

// Bytes that the step's writable folders hold; a file counts a block at least.
[[nodiscard]] std::uint64_t bytes_written(const StepSpec& step);

// For Command::watch: "files" when the step has written more than it may, or the word of `more`. The folders are walked
// the less often the longer it takes.
[[nodiscard]] std::function<std::string(int)> room_watch(const StepSpec& step, std::function<std::string(int)> more);

// For Command::watch too: where a word of StepSpec::killed_for ends the step, `kill` is called with its process.
// Without such a question it is `limits`.
[[nodiscard]] std::function<std::string(int)> killing_watch(const StepSpec& step,
                                                            std::function<std::string(int)> limits,
                                                            std::function<void(int)> kill);

// Empties the step's writable folders, of a step that wrote more than it may.
void empty_work(const StepSpec& step);

}  // namespace rehearsal
