// After a step has failed: why, which rows, what fixes it, and whether the lane can go on with the fix to find what
// else is wrong. Fixes are tried on clones of the checkpoint before the step; what the failed step left behind is tried
// too: can it simply be run again? Deciding only: servers are behind harness/lane/trials.h.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "harness/lane/trials.h"
#include "harness/step/step_evidence.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct Recovery {
  std::vector<Finding> findings;      // of the step, blockers diagnosed and their fixes tried
  std::optional<PassedState> passed;  // with the fixes; none: the lane stops
};

// `failed`: the judgement of the step that stopped its lane. An Error is a server that died or an interruption.
[[nodiscard]] Result<Recovery> recover(const PlanStep& step, const StepJudgement& failed, Trials& trials);

}  // namespace rehearsal
