// What a run was asked for: STATE/runs/RUN/request.json, so that `rehearse resume` can go on with it. The scenario is
// kept as it was when the run began; it may hold secrets and never leaves the state directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/result.h"
#include "snapshots/prove/proof.h"

namespace rehearsal {

// One field for each option of `rehearse run`.
struct RunWish {
  bool twin = true;            // hold production's schema against the same path on an empty database
  bool probes = true;          // ask the releases' code at each moment of the path
  bool purged = false;         // purge with the services' own commands first
  double sample_seconds = 0;   // let online migrations run for so long; 0: to the end
  std::string from_step = {};  // begin with it, on a checkpoint of an earlier run; empty: at the start
  ProofDepth proof = ProofDepth::counts;
  // Kill steps that passed and run them again: of this id, or where it is empty every one. None: no drill.
  std::optional<std::string> kill_drill = {};
};

struct RunRequest {
  std::filesystem::path scenario_file;  // absolute; what it names is relative to it
  std::string scenario_text;
  std::filesystem::path catalogue;   // absolute; empty: the program's own
  std::filesystem::path out;         // absolute; empty: the run's own folder
  std::optional<EngineKind> engine;  // of the command line
  RunWish wish;
  std::vector<std::string> map_collations = {};  // "FROM=TO"
  std::vector<std::string> sessions = {};        // when each began, UTC
  bool over = false;                             // it came to its end: there is nothing to go on with
};

[[nodiscard]] Result<void> write_request(const std::filesystem::path& run, const RunRequest& request);
// False where the run was broken off before it was written.
[[nodiscard]] Result<bool> has_request(const std::filesystem::path& run);
// An Error of kind `usage` where there is none.
[[nodiscard]] Result<RunRequest> read_request(const std::filesystem::path& run);

}  // namespace rehearsal
