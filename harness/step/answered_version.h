// Which version the code of a step says that it is. Of an environment made from the package index it is known; an
// image or a command of the operator's is asked by the command of the catalogue that only prints the version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"
#include "harness/server/lane_context.h"
#include "harness/step/step_exec.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// The version in what a program printed: the last word that begins with a digit and holds a dot; none where there is
// none.
[[nodiscard]] std::optional<std::string> version_in(const std::string& printed);

// Of the code that runs this step; "unknown" where it does not say. Runs without a configuration, so that it reaches no
// database.
[[nodiscard]] Result<std::string> answered_version(const PlanStep& step, const LaneContext& lane, Server& server);

// That the code is of another release than its step: none where it is not, or where it is not known.
[[nodiscard]] std::optional<Finding> other_release(const PlanStep& step, const Service& service,
                                                   const std::string& answered);

}  // namespace rehearsal
