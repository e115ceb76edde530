// The lanes of a run: where each begins, what it is asked, and several of them side by side.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/lane/lane.h"
#include "harness/lane/lane_starts.h"
#include "harness/run/end_consistency.h"
#include "harness/server/checkpoints.h"
#include "harness/server/runners.h"
#include "harness/server/workplace.h"
#include "harness/twin/twin_store.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// As many as there are processors, at most 4, where `wanted` is 0; never more than `lanes`.
[[nodiscard]] int lanes_side_by_side(int wanted, std::size_t lanes);

[[nodiscard]] MarkedLanes marked_lanes(const Plan& plan, const Runners& runners, const ServerSettings& settings);

// Where a run's lanes begin, if not at their first steps.
struct StartWish {
  bool resume = false;    // with what the run directory keeps of an earlier session
  std::string from_step;  // on a checkpoint of an earlier run; empty: not so
};

// `kept` is what the run keeps: of a resumed one also what its earlier session left.
[[nodiscard]] Result<LaneStarts> begin_lanes(const Workplace& place, const StartWish& wish, const MarkedLanes& wanted,
                                             RunCheckpoints& kept, RunRecord& record);

struct LanesToRun {
  const std::vector<LaneStart>& starts;  // one for each lane of the plan
  const std::vector<std::vector<std::string>>& marks;
  const std::vector<LaneQuestions>& questions;  // before the first step and after the last
  const Runners& runners;
  const Runners& codes;  // what is asked whether it can live
  CheckpointLog& checkpoints;
  TwinStore* twins = nullptr;  // none: lanes are not compared with a reference
  int jobs = 1;
  std::optional<std::string> kill_drill = {};  // as of LaneTask
};

// One outcome for each lane, in the plan's order.
[[nodiscard]] std::vector<LaneOutcome> run_lanes(const EndContext& context, const LanesToRun& lanes);

}  // namespace rehearsal
