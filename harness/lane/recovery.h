// After a step has failed: why, which rows, what fixes it, and whether the lane can go on with the fix to find what
// else is wrong. Fixes are tried on clones of the checkpoint before the step; what the failed step left behind is tried
// too: can it simply be run again?
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/lane/attempt.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"
#include "reports/record.h"

namespace rehearsal {

struct Recovery {
  std::vector<Finding> findings;      // of the step, blockers diagnosed and their fixes tried
  std::unique_ptr<RunServer> server;  // the step passed on it with the fixes; none: the lane stops
  std::optional<Observer> observer;   // of that server
  std::optional<StepDiffer> differ;
};

[[nodiscard]] Result<Recovery> recover(const LaneView& view, const FailedAttempt& failed);

}  // namespace rehearsal
