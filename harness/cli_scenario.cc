// The commands that take a scenario and run no step on it: plan, prepare.

#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "harness/cleaner.h"
#include "harness/cli.h"
#include "harness/rehearse.h"
#include "harness/runners.h"
#include "harness/scenario_file.h"
#include "harness/server_settings.h"
#include "harness/state.h"
#include "harness/twin/drift_stage.h"
#include "scenarios/plan_text.h"

namespace rehearsal {

namespace {

std::string engine_name(const CliContext& context, const Scenario& scenario) {
  return context.options.engine.empty() ? scenario.engine : context.options.engine;
}

Result<void> prepare_twins(const CliContext& context, const Catalogue& catalogue, const Scenario& scenario,
                           const PlannedRun& planned, Engine& engine) {
  const std::filesystem::path& state = context.options.state;
  DumpIndex index = planned.snapshot.index;
  REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(scenario, index, engine, catalogue.folder));
  map_more_collations(index, settings.collations);
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(state));
  const RunGuard guard(run.id());
  const auto made = [&]() -> Result<std::size_t> {
    REHEARSAL_TRY_SET(const std::unique_ptr<Store> store,
                      Store::open(state, "auto", 0, [&](const std::string& text) { context.talk.say(text); }));
    TwinStore twins({engine, *store, run, context.talk, catalogue, scenario, planned.plan.path, index, state,
                     settings.step_options, settings.memory_bytes});
    return make_twins(twins, planned.plan, lanes_side_by_side(context.options.jobs, planned.plan.lanes.size()),
                      context.talk);
  }();
  remove_tree(run.path());
  REHEARSAL_TRY(made);
  context.talk.say("The path on an empty database is kept for " + plural(*made, "service") + ".");
  return {};
}

}  // namespace

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
  REHEARSAL_TRY_SET(const PlannedRun planned, plan_scenario(catalogue, scenario, inputs_of(scenario), context.talk));
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, scenario.image));
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(engine_name(context, scenario), options));
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(const Runners runners,
                    prepare_runners(*engine, context.options.state, catalogue, scenario, planned.plan, context.talk));
  std::size_t count = 0;
  for (const auto& [service, releases] : runners) {
    count += releases.size();
  }
  if (twin) {
    REHEARSAL_TRY(prepare_twins(context, catalogue, scenario, planned, *engine));
  }
  context.talk.say(fmt::format("Prepared for {}: {}. `rehearse run {}` now works without a network.", engine->name(),
                               plural(count, "runner"), file.string()));
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
