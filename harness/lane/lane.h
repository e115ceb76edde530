// A lane: one service's steps over the whole path, on a clone of its own with a server of its own. A step that fails
// stops its lane only. Every step is judged by what it did, not by its exit status alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/audit/questions.h"
#include "harness/lane/lane_memory.h"
#include "harness/server/checkpoints.h"
#include "harness/server/lane_context.h"
#include "harness/step/lane_outcome.h"
#include "reports/record.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

namespace rehearsal {

// What a lane is asked at its start and at its end, as its schemas are then. `sql` can only read.
using LaneQuestions = std::function<Result<std::vector<Question>>(Sql& sql)>;

// What a lane is to do beside its steps. The objects outlive it.
struct LaneTask {
  KeepCheckpoints keep = KeepCheckpoints::none;
  CheckpointLog* checkpoints = nullptr;        // where it is written what is kept; none: nowhere
  bool alone = true;                           // no other lane runs beside it
  const LaneCheckpoint* from = nullptr;        // where it continues; none: it begins, on a clone of the golden
  std::vector<std::string> marks = {};         // fingerprints() of the steps
  LaneQuestions questions = {};                // none: nothing is asked
  std::optional<std::string> kill_drill = {};  // the step to drill, or empty for each; none: no drills
  // Called after the last step, where the lane came so far.
  std::function<Result<void>(Sql&, LaneOutcome&)> at_end = {};
};

[[nodiscard]] LaneOutcome run_lane(const Lane& lane, const LaneContext& context, const LaneTask& task);

}  // namespace rehearsal
