#include "harness/cli/commands.h"

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "harness/run/program.h"
#include "snapshots/prove/proof.h"

namespace rehearsal {

namespace {

void add_common(CLI::App& app, Commands& c) {
  CliOptions& options = c.options;
  const auto take_engine = [&options](const std::string& word) { options.engine = from_word<EngineKind>(word); };
  const auto engines = words_of(EngineKind{});
  app.set_version_flag("--version", "rehearse " + program_version());
  app.add_option_function<std::string>("--engine", take_engine)
      ->check(CLI::IsMember(std::vector<std::string>(engines.begin(), engines.end())));
  app.add_option("--state", options.state);
  app.add_option("--catalogue", options.catalogue);
  app.add_option("--jobs", options.jobs)->check(CLI::Range(0, 64));
  app.add_flag("--json", options.json);
  app.add_flag("-q,--quiet", options.quiet);
  app.add_flag("-v,--verbose", options.verbose);
  app.add_flag("--no-color", options.no_color);
}

void add_verify(CLI::App& app, Commands& c) {
  app.add_option("--verify", c.verify)->check(CLI::IsMember({"counts", "content", "redump"}));
}

void add_collations(CLI::App& app, Commands& c) {
  app.add_option("--map-collation", c.options.map_collations)->type_name("FROM=TO")->allow_extra_args(false);
}

void add_scenario(CLI::App& app, Commands& c) {
  app.add_option("SCENARIO", c.scenario)->required();
}

void add_inspect(CLI::App& app, Commands& c) {
  auto* inspect = app.add_subcommand("inspect");
  auto* dumps = inspect->add_option("DUMP", c.dumps);
  inspect->add_option("--schema", c.schema);
  add_collations(*inspect, c);
  inspect->add_option("--path", c.scenario)->type_name("SCENARIO");
  inspect->callback([&c, dumps] {
    if (c.scenario.empty() && c.dumps.empty()) {
      throw CLI::RequiredError(dumps->get_name());
    }
    c.chosen = [&c](const CliContext& context) {
      return c.scenario.empty() ? command_inspect(context, c.dumps, c.schema)
                                : command_inspect_path(context, c.dumps, c.schema, c.scenario);
    };
  });
}

// What comes before a run: plan and prepare.
void add_preparations(CLI::App& app, Commands& c) {
  auto* plan = app.add_subcommand("plan");
  add_scenario(*plan, c);
  plan->callback([&c] { c.chosen = [&c](const CliContext& context) { return command_plan(context, c.scenario); }; });

  auto* prepare = app.add_subcommand("prepare");
  add_scenario(*prepare, c);
  prepare->add_flag("--no-twin", c.no_twin);
  prepare->callback([&c] {
    c.chosen = [&c](const CliContext& context) { return command_prepare(context, c.scenario, !c.no_twin); };
  });
}

void add_run(CLI::App& app, Commands& c) {
  auto* run = app.add_subcommand("run");
  add_scenario(*run, c);
  run->add_option("--out", c.out);
  run->add_flag("--no-twin", c.no_twin);
  run->add_flag("--no-probes", c.no_probes);
  run->add_flag("--purged", c.purged);
  const auto take_sample = [&c](const std::string& text) {
    const auto seconds = parse_duration(text);
    if (!seconds || *seconds <= 0) {
      throw CLI::ValidationError("--sample", "'" + text + "' is not a duration; write 10m, 90s or 1h30m");
    }
    c.sample_seconds = *seconds;
  };
  run->add_option_function<std::string>("--sample", take_sample)->type_name("DURATION");
  run->add_option("--from", c.step)->type_name("STEP");
  auto* drill = run->add_option("--kill-drill", c.drill)->type_name("STEP")->expected(0, 1);
  add_verify(*run, c);
  add_collations(*run, c);
  run->callback([&c, drill] {
    const bool drilled = drill->count() > 0;
    c.chosen = [&c, drilled](const CliContext& context) -> Result<int> {
      REHEARSAL_TRY_SET(const ProofDepth proof, proof_depth_of(c.verify));
      return command_run(context, c.scenario, c.out,
                         {.twin = !c.no_twin,
                          .probes = !c.no_probes,
                          .purged = c.purged,
                          .sample_seconds = c.sample_seconds,
                          .from_step = c.step,
                          .proof = proof,
                          .kill_drill = drilled ? std::optional(c.drill) : std::nullopt});
    };
  });
}

// What works on a run: resume, report, compare and shell.
void add_run_users(CLI::App& app, Commands& c) {
  auto* resume = app.add_subcommand("resume");
  resume->add_option("RUN", c.run)->required();
  resume->add_option("--out", c.out);
  resume->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_resume(context, c.run, c.out); }; });

  auto* report = app.add_subcommand("report");
  report->add_option("RUN", c.run)->required();
  report->add_option("--format", c.format)->check(CLI::IsMember({"text", "html", "md", "json", "junit", "prom"}));
  report->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_report(context, c.run, c.format); }; });

  auto* compare = app.add_subcommand("compare");
  compare->add_option("RUN1", c.run)->required();
  compare->add_option("RUN2", c.other_run)->required();
  compare->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_compare(context, c.run, c.other_run); }; });

  auto* shell = app.add_subcommand("shell");
  shell->add_option("RUN", c.run)->required();
  shell->add_option("--at", c.step);
  shell->add_flag("--after", c.after);
  shell->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_shell(context, c.run, c.step, c.after); }; });
}

void add_snapshot(CLI::App& app, Commands& c) {
  auto* snapshot = app.add_subcommand("snapshot");
  snapshot->require_subcommand(1);

  auto* add = snapshot->add_subcommand("add");
  add->add_option("DUMP", c.dumps)->required();
  add->add_option("--schema", c.schema);
  add_verify(*add, c);
  add_collations(*add, c);
  add->callback([&c] {
    c.chosen = [&c](const CliContext& context) { return command_snapshot_add(context, c.dumps, c.schema, c.verify); };
  });

  auto* list = snapshot->add_subcommand("list");
  list->callback([&c] { c.chosen = [](const CliContext& context) { return command_snapshot_list(context); }; });

  auto* remove = snapshot->add_subcommand("rm");
  remove->add_option("KEY", c.key)->required();
  remove->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_snapshot_remove(context, c.key); }; });

  auto* prune = snapshot->add_subcommand("prune");
  prune->add_option("--older-than", c.prune.older_than)->type_name("TIME");
  prune->add_option("--keep", c.prune.keep)->type_name("N");
  prune->add_option("--max-size", c.prune.max_size)->type_name("SIZE");
  prune->add_flag("--unreadable", c.prune.unreadable);
  prune->add_flag("--dry-run", c.prune.dry_run);
  prune->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_snapshot_prune(context, c.prune); }; });
}

// What needs neither dump nor scenario: explain, doctor, clean and list.
void add_house_keeping(CLI::App& app, Commands& c) {
  auto* explain = app.add_subcommand("explain");
  explain->add_option("CODE", c.code)->required();
  explain->callback([&c] { c.chosen = [&c](const CliContext& context) { return command_explain(context, c.code); }; });

  auto* doctor = app.add_subcommand("doctor");
  doctor->add_option("--make-store", c.store_size)->type_name("SIZE");
  doctor->callback([&c] {
    c.chosen = [&c](const CliContext& context) {
      return c.store_size.empty() ? command_doctor(context) : command_make_store(context, c.store_size);
    };
  });

  auto* clean = app.add_subcommand("clean");
  clean->add_flag("--keep-clones", c.keep_clones);
  clean->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_clean(context, c.keep_clones); }; });

  auto* list = app.add_subcommand("list");
  list->callback([&c] { c.chosen = [](const CliContext& context) { return command_list(context); }; });
}

}  // namespace

void add_commands(CLI::App& app, Commands& commands) {
  app.require_subcommand(1);
  app.fallthrough();  // every command inherits it: the common options are understood behind it too
  add_common(app, commands);
  add_inspect(app, commands);
  add_preparations(app, commands);
  add_run(app, commands);
  add_run_users(app, commands);
  add_snapshot(app, commands);
  add_house_keeping(app, commands);
}

}  // namespace rehearsal
