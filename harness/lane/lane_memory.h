// What a lane knows at a boundary of its steps, so that it can go on from there in another process or another run:
// STATE/runs/RUN/lanes/, a file beside each checkpoint and one for each lane that is over. It holds a password and
// never leaves the state directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/server/lane_context.h"
#include "harness/step/lane_outcome.h"
#include "harness/step/observe.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct LaneMemory {
  std::vector<std::string> plan;               // fingerprints() of the lane
  std::string next;                            // the step that comes next; empty: the lane is over
  std::string password;                        // of the service's account in the data
  std::map<std::string, std::int64_t> counts;  // "schema.table" -> rows
  NewToHop new_to_hop;
  LaneOutcome outcome;  // of the steps before `next`
};

// A memory and the data that belongs to it: a checkpoint before `memory.next`.
struct LaneCheckpoint {
  LaneMemory memory;
  std::filesystem::path data;
  bool own = false;  // the run's own checkpoint, else that of another run, which is only read
};

// Of each step all that shapes what it does, but for the data: command, configuration, code, server. Steps with the
// same fingerprints, on the same data, need not run twice.
[[nodiscard]] std::vector<std::string> fingerprints(const Lane& lane, const std::map<std::string, StepRunner>& runners,
                                                    const std::vector<std::string>& server_options);

// `name`: file_name_of() the step that comes next, or the service's name for a lane that is over.
[[nodiscard]] Result<void> write_memory(const std::filesystem::path& run, const std::string& name,
                                        const LaneMemory& memory);
// nullopt: there is none, or one that this program cannot read.
[[nodiscard]] std::optional<LaneMemory> read_memory(const std::filesystem::path& run, const std::string& name);
// It is not a failure if nothing is there.
Result<void> remove_memory(const std::filesystem::path& run, const std::string& name);

}  // namespace rehearsal
