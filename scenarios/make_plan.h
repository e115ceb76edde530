// Making the plan of a scenario for a snapshot.
#pragma once

#include "base/result.h"
#include "scenarios/plan.h"

namespace rehearsal {

// An Error of kind `wrong_scenario` for what cannot be planned: no legal path, an ambiguous `from`, an unknown service.
[[nodiscard]] Result<Plan> make_plan(const Catalogue& catalogue, const Scenario& scenario, const SnapshotFacts& facts);

}  // namespace rehearsal
