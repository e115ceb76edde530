// Where each lane of a run begins: at its first step, at a kept checkpoint, or nowhere, where what came of it is known
// already. Only what was done by the same code, commands and configuration on the same data is taken over.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/lane/lane_memory.h"
#include "harness/server/checkpoints.h"
#include "harness/server/state.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Neither: at its first step.
struct LaneStart {
  std::optional<LaneOutcome> over;
  std::optional<LaneCheckpoint> checkpoint;
};

// Where the lanes of a run begin.
struct LaneStarts {
  std::string run = {};   // that some are taken from; empty: none
  std::string step = {};  // with which the wanted lane then really begins: the one asked for, or the nearest before it
  std::vector<LaneStart> lanes;
  RunDir held = {};  // keeps that run's checkpoints while this lives
};

struct StepPlace {
  std::size_t lane = 0;
  std::size_t step = 0;  // of the lane
};
// An Error of kind `usage` lists the steps that there are, and says which one was probably meant.
[[nodiscard]] Result<StepPlace> find_step(const std::vector<Lane>& lanes, const std::string& step);

// The lanes as they are to be run; `marks` are their fingerprints().
struct MarkedLanes {
  const std::vector<Lane>& lanes;
  std::vector<std::vector<std::string>> marks;
};

// What an earlier session of the run came to: one for each lane. `kept` empty: its checkpoints are of no use.
[[nodiscard]] std::vector<LaneStart> resumed_lanes(const std::filesystem::path& run,
                                                   const std::optional<RunCheckpoints>& kept,
                                                   const MarkedLanes& wanted);

// `rehearse run --from STEP`: the step's lane begins at the checkpoint before it, the other lanes are taken over where
// they are over. From the newest run on the same golden that has what it takes. An Error of kind `usage` where none
// has.
[[nodiscard]] Result<LaneStarts> lanes_from_step(const std::filesystem::path& state, const std::string& own_run,
                                                 const std::string& golden_key, const std::string& root_password,
                                                 const std::string& step, const MarkedLanes& wanted);

}  // namespace rehearsal
