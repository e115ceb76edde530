// The crash rehearsal of a step that passed: killed in the midst of its work and run again as it is, does it come to
// the same end? Deciding only: servers are behind harness/lane/drill_site.h. What a drill finds changes neither the
// lane nor a gate; it is told as conditions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/lane/drill_site.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// The step is killed at a tenth, a half and nine tenths of the time in which it talks to its server, the server at a
// half; and the step that passed is run once more. What could not be done says why; after Ctrl-C nothing more is begun.
[[nodiscard]] StepDrill drill_step(const StepRecord& passed, DrillSite& site);

// Whether `wish` speaks of the step: it names one, or is empty for each of the path, to which purges do not belong.
[[nodiscard]] bool is_to_be_drilled(const std::optional<std::string>& wish, const StepRecord& step);

// Steps that were to be drilled and came to no drill, because they did not run here, say so.
void tell_undrilled(const std::optional<std::string>& wish, std::vector<StepRecord>& steps);

// One of each code: step-not-repeatable, step-skips-after-kill, second-run-changes, second-run-stops.
[[nodiscard]] std::vector<Finding> drill_findings(const PlanStep& step, const StepDrill& drill);

}  // namespace rehearsal
