// The commands that take a scenario: plan, prepare, run.

#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/text.h"
#include "harness/cleaner.h"
#include "harness/cli.h"
#include "harness/rehearse.h"
#include "harness/report_files.h"
#include "harness/runners.h"
#include "harness/server_settings.h"
#include "harness/state.h"
#include "harness/twin/drift_stage.h"
#include "reports/summary.h"
#include "scenarios/plan_text.h"

namespace rehearsal {

namespace {

std::string engine_name(const CliContext& context, const Scenario& scenario) {
  return context.options.engine.empty() ? scenario.engine : context.options.engine;
}

int status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::go:
    case Verdict::conditions:
      return kExitGo;
    case Verdict::no_go:
      return kExitNoGo;
    case Verdict::inconclusive:
      return kExitInconclusive;
  }
  return kExitInconclusive;
}

Result<void> prepare_twins(const CliContext& context, const Catalogue& catalogue, const Scenario& scenario,
                           const PlannedRun& planned, Engine& engine) {
  const std::filesystem::path& state = context.options.state;
  const DumpIndex& index = planned.snapshot.index;
  REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(scenario, index));
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

Result<int> command_plan(const CliContext& context, const std::filesystem::path& file) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY_SET(const Scenario scenario, load_scenario(file));
  REHEARSAL_TRY_SET(const PlannedRun planned, plan_scenario(catalogue, scenario, context.talk));
  std::cout << (context.options.json ? plan_json_text(planned.plan) : to_text(planned.plan));
  return 0;
}

Result<int> command_prepare(const CliContext& context, const std::filesystem::path& file, bool twin) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY_SET(const Scenario scenario, load_scenario(file));
  REHEARSAL_TRY_SET(const PlannedRun planned, plan_scenario(catalogue, scenario, context.talk));
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

Result<void> add_collations(const CliContext& context, Scenario& scenario) {
  REHEARSAL_TRY_SET(const CollationMap map, parse_collation_map(context.options.map_collations));
  for (const auto& [from, to] : map) {
    scenario.map_collations[from] = to;
  }
  return {};
}

Result<int> command_run(const CliContext& context, const std::filesystem::path& file, const std::filesystem::path& out,
                        const RunWishes& wishes) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY_SET(Scenario scenario, load_scenario(file));
  REHEARSAL_TRY(add_collations(context, scenario));
  scenario.purged = wishes.purged;
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, scenario.image));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(context.options.state));
  const RunGuard guard(run.id());
  const RehearsalRequest request{catalogue,
                                 scenario,
                                 context.options.state,
                                 options,
                                 engine_name(context, scenario),
                                 context.options.jobs,
                                 wishes.twin,
                                 proof_depth_of(wishes.verify).value_or(ProofDepth::counts)};
  auto rehearsal = rehearse(request, run, context.talk);
  if (!rehearsal) {
    // A run that came to nothing leaves nothing.
    remove_tree(run.path());
    return fail(rehearsal.error());
  }
  const RunRecord& record = rehearsal->record;
  REHEARSAL_TRY(write_report(record, run.path()));
  std::filesystem::path folder = run.path();
  if (!out.empty()) {
    folder = std::filesystem::absolute(out);
    REHEARSAL_TRY(write_report(record, folder));
  }
  if (context.options.json) {
    std::cout << *render(record, "json");
  } else {
    SummaryOptions summary;
    summary.colours = ::isatty(STDOUT_FILENO) == 1 && !context.options.no_color && context.talk.colour();
    summary.page = (folder / "report.html").string();
    std::cout << summary_text(record, summary);
  }
  std::cout.flush();
  if (!rehearsal->look_at.empty()) {
    context.talk.say(fmt::format("What {} found is kept for a look: rehearse shell {} --at {}", rehearsal->look_at,
                                 run.id(), rehearsal->look_at));
  }
  if (rehearsal->interrupted) {
    return fail(ErrorKind::interrupted, "stopped by the operator", run.id(),
                "the report tells what was known until then; nothing is left running");
  }
  return status_of(record.verdict);
}

}  // namespace rehearsal
