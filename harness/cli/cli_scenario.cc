// The commands that take a scenario and run no step on it: plan, prepare.

#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "harness/cli/cli.h"
#include "harness/run/cleaner.h"
#include "harness/run/lanes.h"
#include "harness/run/planned_run.h"
#include "harness/run/scenario_file.h"
#include "harness/server/runners.h"
#include "harness/server/state.h"
#include "harness/server/workplace.h"
#include "harness/twin/drift_stage.h"
#include "scenarios/plan_text.h"

namespace rehearsal {

EngineKind engine_for(const CliContext& context, const Scenario& scenario) {
  return context.options.engine.value_or(scenario.engine);
}

Result<Workplace> workplace_of(const CliContext& context, const Catalogue& catalogue, const Scenario& scenario,
                               const RunDir& run, DumpIndex& index) {
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, scenario.image));
  return open_workplace({.run = run,
                         .talk = context.talk,
                         .catalogue = catalogue,
                         .scenario = scenario,
                         .state = context.options.state,
                         .engine = engine_for(context, scenario),
                         .engine_options = options},
                        index);
}

Result<Scenario> scenario_of(const CliContext& context, const Catalogue& catalogue, const std::filesystem::path& file,
                             bool dumps) {
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  return open_scenario(file, catalogue, {context.options.engine, options, dumps});
}

Result<int> command_plan(const CliContext& context, const std::filesystem::path& file) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY_SET(const Scenario scenario, scenario_of(context, catalogue, file));
  REHEARSAL_TRY_SET(const PlannedRun planned, plan_scenario(catalogue, scenario, inputs_of(scenario), context.talk));
  std::cout << (context.options.json ? plan_json_text(planned.plan) : to_text(planned.plan));
  return 0;
}

Result<int> command_prepare(const CliContext& context, const std::filesystem::path& file, bool twin) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY_SET(const Scenario scenario, scenario_of(context, catalogue, file));
  REHEARSAL_TRY_SET(PlannedRun planned, plan_scenario(catalogue, scenario, inputs_of(scenario), context.talk));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(context.options.state));
  const RunGuard guard(run.id());
  std::size_t runners = 0;
  std::string engine;
  const auto made = [&]() -> Result<std::size_t> {
    REHEARSAL_TRY_SET(const Workplace place, workplace_of(context, catalogue, scenario, run, planned.snapshot.index));
    engine = place.engine->name();
    REHEARSAL_TRY_SET(const Runners all,
                      prepare_runners(*place.engine, place.state, catalogue, scenario, planned.plan, context.talk));
    REHEARSAL_TRY_SET(const Runners codes,
                      prepare_codes(*place.engine, place.state, catalogue, scenario, planned.plan, all, context.talk));
    for (const auto& [service, releases] : all) {
      const auto code = codes.find(service);
      runners += code == codes.end() ? releases.size() : code->second.size();
    }
    if (!twin) {
      return 0;
    }
    TwinStore twins({place, planned.plan.path, planned.snapshot.index});
    return make_twins(twins, planned.plan, lanes_side_by_side(context.options.jobs, planned.plan.lanes.size()),
                      context.talk);
  }();
  remove_tree(run.path());
  REHEARSAL_TRY(made);
  if (twin) {
    context.talk.say("The path on an empty database is kept for " + plural(*made, "service") + ".");
  }
  context.talk.say(fmt::format("Prepared for {}: {}. `rehearse run {}` now works without a network.", engine,
                               plural(runners, "runner"), file.string()));
  return 0;
}

Result<void> add_collations(const std::vector<std::string>& pairs, Scenario& scenario) {
  REHEARSAL_TRY_SET(const CollationMap map, parse_collation_map(pairs));
  for (const auto& [from, to] : map) {
    scenario.map_collations[from] = to;
  }
  return {};
}

}  // namespace rehearsal
