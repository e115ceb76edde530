// The last stage of a run: the twins of its lanes are found or made, and production is held against them.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/talk.h"
#include "harness/server/lane_context.h"
#include "harness/step/lane_outcome.h"
#include "harness/twin/twin_store.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

// `outcomes` belongs to the plan's lanes, one each. `jobs` twins are made side by side. A twin that cannot be made is a
// finding; an interruption leaves the rest out.
[[nodiscard]] std::vector<Finding> look_for_drift(TwinStore& twins, const Catalogue& catalogue, const Plan& plan,
                                                  const std::vector<LaneOutcome>& outcomes, int jobs);

// Makes those that are not kept, `jobs` side by side; what could not be made is said. How many there are now.
[[nodiscard]] Result<std::size_t> make_twins(TwinStore& twins, const Plan& plan, int jobs, Talk& talk);

// Says that nobody looked, and why.
[[nodiscard]] Finding drift_not_looked_at(const std::string& service, const std::string& why);

}  // namespace rehearsal
