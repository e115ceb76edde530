// Fixes of upgrade checks, tried: on a clone of the state that the check saw, the fix and then the check again. A check
// stops no lane, so nothing goes on with the clone.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "harness/attempt.h"
#include "harness/lane_server.h"
#include "harness/observe.h"
#include "reports/record.h"

namespace rehearsal {

// Of the findings that `step`, a check, brought on `server`. A fix that would do harm, that the server refuses or that
// the check does not pass with becomes a question.
[[nodiscard]] Result<void> try_check_fixes(const LaneView& view, const PlanStep& step, LaneServer& server,
                                           const Observer& observer, const StepDiffer& differ,
                                           std::vector<Finding>& findings);

}  // namespace rehearsal
