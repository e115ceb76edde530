// The gates of the rolling contract: the code of each release lived where it had to.
#pragma once

#include <optional>

#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

namespace rehearsal {

// Two for each lane whose path has a hop, from what the record holds; call it after set_gates(). A moment of the plan
// at which nothing was asked has not passed. They are mandatory where the scenario says what may stop; where all may,
// there is one of each, and it did not run. `asked`: the run was to ask at all.
void add_rolling_gates(RunRecord& record, const Plan& plan, const Catalogue& catalogue,
                       std::optional<Downtime> downtime, bool asked);

}  // namespace rehearsal
