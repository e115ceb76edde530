#include "harness/run/planned_run.h"

#include <utility>

#include "scenarios/make_plan.h"
#include "scenarios/scenario_check.h"

namespace rehearsal {

Result<PlannedRun> plan_scenario(const Catalogue& catalogue, const Scenario& scenario,
                                 const std::vector<DumpInput>& inputs, Talk& talk) {
  PlannedRun planned;
  REHEARSAL_TRY_SET(planned.snapshot, scan_snapshot(inputs, catalogue, talk, scenario.map_collations));
  REHEARSAL_TRY(require_usable(planned.snapshot.index, scenario.accept_dump_errors));
  REHEARSAL_TRY(require_one_source(planned.snapshot.index));
  auto plan = make_plan(catalogue, scenario, planned.snapshot.facts);
  if (!plan) {
    return fail(in_file(plan.error(), scenario));
  }
  planned.plan = std::move(*plan);
  return planned;
}

}  // namespace rehearsal
