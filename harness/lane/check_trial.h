// Fixes of upgrade checks, tried: on a clone of the state that the check saw, the fix and then the check again. A check
// stops no lane, so nothing goes on with the clone.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "harness/lane/server_attempt.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"
#include "reports/record.h"

namespace rehearsal {

// Of the findings that `step`, a check, brought. A fix that would do harm, that the server refuses or that
// the check does not pass with becomes a question.
[[nodiscard]] Result<void> try_check_fixes(const LaneView& view, const PlanStep& step, const LaneState& state,
                                           std::vector<Finding>& findings);

// Of findings about the versions that services wrote (harness/lane/service_versions.h): on a clone of what `server`
// holds, the fix and then the question again.
[[nodiscard]] Result<void> try_version_fixes(const LaneView& view, RunServer& server, std::vector<Finding>& findings);

// Where a check failed for rows that such a finding has `told` already, the finding gets the step, its fix is tried
// with the check too, and the check's own finding goes. What the services only warn of fails no step.
[[nodiscard]] Result<void> join_version_findings(const LaneView& view, const PlanStep& step, const LaneState& state,
                                                 StepJudgement& judgement, std::vector<Finding>& told);

}  // namespace rehearsal
