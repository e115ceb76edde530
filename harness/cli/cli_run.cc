// The commands that rehearse: run, and resume for a run that was broken off.

#include <iostream>

#include <fmt/core.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "harness/cli/cli.h"
#include "harness/cli/report_files.h"
#include "harness/run/cleaner.h"
#include "harness/run/rehearse.h"
#include "harness/server/run_request.h"
#include "harness/server/state.h"
#include "harness/step/output.h"
#include "reports/summary.h"

namespace rehearsal {

namespace {

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

Result<Rehearsal> rehearse_as_asked(const CliContext& context, const RunRequest& asked, const RunDir& run) {
  CliContext with = context;
  if (with.options.catalogue.empty()) {
    with.options.catalogue = asked.catalogue;
  }
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(with));
  REHEARSAL_TRY_SET(Scenario scenario, parse_scenario(asked.scenario_text, asked.scenario_file));
  scenario.purged = asked.wish.purged;
  scenario.sample_seconds = asked.wish.sample_seconds;
  REHEARSAL_TRY(add_collations(asked.map_collations, scenario));
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, scenario.image));
  const RehearsalRequest request{.asked = asked,
                                 .catalogue = catalogue,
                                 .scenario = scenario,
                                 .state = context.options.state,
                                 .engine_options = options,
                                 .engine = context.options.engine.value_or(asked.engine.value_or(scenario.engine)),
                                 .jobs = context.options.jobs};
  if (request.resume()) {
    // Servers and steps of the session that was broken off still hold its data.
    REHEARSAL_TRY(remove_leftovers(options, run.id()));
  }
  return rehearse(request, run, context.talk);
}

Result<int> tell(const CliContext& context, const Rehearsal& rehearsal, const RunDir& run, RunRequest asked) {
  const RunRecord& record = rehearsal.record;
  // What was found out is told, whatever becomes of the files.
  Result<void> kept = write_report(record, run.path());
  asked.over = !rehearsal.interrupted && !rehearsal.broken_off;
  if (kept) {
    kept = write_request(run.path(), asked);
  }
  std::filesystem::path folder = run.path();
  Result<void> written;
  if (!asked.out.empty()) {
    written = write_report(record, asked.out);
    folder = written ? asked.out : folder;
  }
  if (context.options.json) {
    std::cout << *render(record, "json");
  } else {
    SummaryOptions summary;
    summary.colours = ::isatty(STDOUT_FILENO) == 1 && !context.options.no_color && context.talk.colour();
    summary.page = (folder / "report.html").string();
    print_coloured(summary_text(record, summary));
  }
  std::cout.flush();
  if (!written) {
    return fail("the verdict is reached, but its report cannot be written: " + written.error().what,
                written.error().where,
                kept ? "it is kept: rehearse report " + run.id() + " --format html" : kept.error().what);
  }
  if (!kept) {
    return fail("the verdict is reached, but its report cannot be kept: " + kept.error().what, kept.error().where,
                asked.out.empty() ? "" : "it is written to " + asked.out.string());
  }
  if (!rehearsal.look_at.empty()) {
    context.talk.say(fmt::format("What {} found is kept for inspection: rehearse shell {} --at {}", rehearsal.look_at,
                                 run.id(), rehearsal.look_at));
  }
  if (rehearsal.interrupted) {
    return fail(ErrorKind::interrupted, "stopped by the operator", run.id(),
                "the report shows what was known until then, and nothing is left running; `rehearse resume " +
                    run.id() + "` continues");
  }
  if (rehearsal.broken_off) {
    context.talk.say(
        fmt::format("Once the cause is fixed, do what the harness could not with: rehearse resume {}", run.id()));
  }
  return status_of(record.verdict);
}

}  // namespace

Result<int> command_run(const CliContext& context, const std::filesystem::path& file, const std::filesystem::path& out,
                        const RunWish& wish) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  REHEARSAL_TRY(scenario_of(context, catalogue, file));
  if (!out.empty()) {
    REHEARSAL_TRY(try_report_folder(std::filesystem::absolute(out)));
  }
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(context.options.state));
  const RunGuard guard(run.id());
  RunRequest asked;
  asked.scenario_file = std::filesystem::absolute(file);
  REHEARSAL_TRY_SET(asked.scenario_text, read_file(file));
  asked.catalogue = context.options.catalogue;
  asked.out = out.empty() ? out : std::filesystem::absolute(out);
  asked.engine = context.options.engine;
  asked.wish = wish;
  asked.map_collations = context.options.map_collations;
  asked.sessions = {utc_now()};
  auto rehearsal = [&]() -> Result<Rehearsal> {
    REHEARSAL_TRY(write_request(run.path(), asked));
    return rehearse_as_asked(context, asked, run);
  }();
  if (!rehearsal) {
    // A run that came to nothing leaves nothing.
    remove_tree(run.path());
    return fail(rehearsal.error());
  }
  return tell(context, *rehearsal, run, std::move(asked));
}

Result<int> command_resume(const CliContext& context, const std::string& name, const std::filesystem::path& out) {
  const std::filesystem::path& state = context.options.state;
  REHEARSAL_TRY_SET(const std::string id, ended_run_named(state, name));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::take_over(state, id));
  const RunGuard guard(run.id());
  REHEARSAL_TRY_SET(RunRequest asked, read_request(run.path()));
  if (asked.over) {
    return fail(ErrorKind::usage, "the run " + id + " has finished", run.path().string(),
                "`rehearse report " + id + "` shows it; `rehearse run SCENARIO --from STEP` repeats a part of it");
  }
  asked.sessions.push_back(utc_now());
  asked.out = out.empty() ? asked.out : std::filesystem::absolute(out);
  if (!asked.out.empty()) {
    REHEARSAL_TRY(try_report_folder(asked.out));
  }
  REHEARSAL_TRY(write_request(run.path(), asked));
  REHEARSAL_TRY_SET(const Rehearsal rehearsal, rehearse_as_asked(context, asked, run));
  return tell(context, rehearsal, run, std::move(asked));
}

}  // namespace rehearsal
