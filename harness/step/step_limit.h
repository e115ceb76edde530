// A step that one of its limits ended, or somebody who killed it: what is reported of it. It says nothing about the
// migration, so it is not a failure of it; the step did not run to its end, and the verdict rests on that.
#pragma once

#include "harness/step/step_exec.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// A condition with a code of its own for each limit; its detail names the key of the scenario. `outcome.limit` is not
// empty.
[[nodiscard]] Finding limit_finding(const PlanStep& step, const StepOutcome& outcome);

}  // namespace rehearsal
