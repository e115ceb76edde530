// A scenario's dumps, scanned, and the plan made of them.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/talk.h"
#include "harness/run/snapshot.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

namespace rehearsal {

struct PlannedRun {
  Snapshot snapshot;
  Plan plan;
};

[[nodiscard]] Result<PlannedRun> plan_scenario(const Catalogue& catalogue, const Scenario& scenario,
                                               const std::vector<DumpInput>& inputs, Talk& talk);

}  // namespace rehearsal
