// The states of a run that are kept, so that they can be opened again: STATE/runs/RUN/checkpoints.json. It is written
// anew at each change, so that it also tells about a run that was killed. It holds a password and never leaves the
// state directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/result.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

namespace rehearsal {

// A data directory at a boundary of a step: a clone of it, started, is a server as it was then.
struct KeptState {
  std::string step;
  bool after = false;          // what the step left behind; false: what it found
  std::filesystem::path data;  // absolute, in the store
};

struct KeptStep {
  std::string id;
  bool may_change = true;
  bool failed = false;
};

struct KeptLane {
  std::string service;
  std::vector<std::string> schemas;  // each once
  std::vector<KeptStep> steps;       // in order
  std::vector<KeptState> states;     // in the order in which they were made
};

struct RunCheckpoints {
  std::string golden_key;
  std::string root_password;                // of the account that may do all, in each of them
  EngineKind engine = EngineKind::process;  // with which they were made
  std::string image;                        // of its server
  std::vector<std::string> server_options;
  std::uint64_t memory_bytes = 0;
  std::vector<KeptLane> lanes = {};

  [[nodiscard]] const KeptLane* lane(const std::string& service) const;  // nullptr: nothing is known of it
};

struct FoundState {
  std::string service;
  std::vector<std::string> schemas;
  KeptState state;  // of another step's boundary where nothing can have changed between the two
};
// The state that a step found or left behind. An Error of kind `usage` lists what there is.
[[nodiscard]] Result<FoundState> find_state(const RunCheckpoints& checkpoints, const std::string& step, bool after);

// False where the run ended before it had any.
[[nodiscard]] Result<bool> has_checkpoints(const std::filesystem::path& run);
// An Error of kind `usage` where it has none. Their data may have been cleaned away since.
[[nodiscard]] Result<RunCheckpoints> read_checkpoints(const std::filesystem::path& run);

// Writes down what a run keeps while it goes. Safe to use from several lanes' threads.
class CheckpointLog {
 public:
  // `start`: without lanes for a run that begins, else what its earlier session left.
  CheckpointLog(const std::filesystem::path& run, RunCheckpoints start);

  // The lane's plan; before anything of it is added. What is kept of it already stays.
  Result<void> begin(const Lane& lane, const std::vector<std::string>& schemas);
  Result<void> add(const std::string& service, const KeptState& state);
  Result<void> mark_failed(const std::string& service, const std::string& step);
  // It is not a failure if nothing is known of it.
  Result<void> remove(const std::string& service, const std::filesystem::path& data);
  // Data directories of a lane's steps before `next` that `keep` says to keep when the run is over.
  [[nodiscard]] std::vector<std::filesystem::path> to_keep(const std::string& service, KeepCheckpoints keep,
                                                           const std::string& next) const;
  // The last failed step whose state before it is kept; empty where there is none.
  [[nodiscard]] std::string last_failed() const;

 private:
  [[nodiscard]] KeptLane& lane_of(const std::string& service);
  Result<void> write() const;

  std::filesystem::path file_;
  mutable std::mutex mutex_;
  RunCheckpoints checkpoints_;
};

}  // namespace rehearsal
