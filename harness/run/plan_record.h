// What the record of a run holds before its first step: services, scope, and what the plan says about them.
#pragma once

#include <vector>

#include "harness/run/planned_run.h"
#include "harness/server/runners.h"
#include "reports/record.h"

namespace rehearsal {

// What is known of dumps, path and services when the plan is made. `catalogue` is the one that it was made with.
void record_plan(const Catalogue& catalogue, const Scenario& scenario, const PlannedRun& planned, RunRecord& record);

// Chains that the scenario's packages should bring along and that they do not: findings, and not covered.
void prove_chains(const Catalogue& catalogue, const Runners& runners, PlannedRun& planned, RunRecord& record);

// After the last step: the code's own word for its version goes before the plan's.
void take_versions(RunRecord& record);

}  // namespace rehearsal
