#include "harness/cli/cli.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "base/interrupt.h"
#include "base/shown.h"
#include "base/text.h"
#include "harness/run/program.h"
#include "harness/server/state.h"
#include "harness/step/output.h"

namespace rehearsal {

namespace {

// Help in the order that people read it: examples, then what the command is, then its options.
class ExamplesFirst : public CLI::Formatter {
 public:
  // In the list of commands a command is its first sentence, without the examples.
  std::string make_subcommand(const CLI::App* sub) const override {
    std::string sentence = sub->get_description();
    if (const std::size_t end = sentence.find("\n\n"); end != std::string::npos) {
      sentence = sentence.substr(end + 2);
    }
    sentence = sentence.substr(0, sentence.find('\n'));
    return fmt::format("  {:<10}{}\n", sub->get_name(), sentence);
  }
  std::string make_description(const CLI::App* app) const override {
    const std::string text = app->get_description();
    return text.empty() ? text : text + "\n";
  }
};

// "Examples:\n  rehearse run demo.toml\n" and the sentence.
std::string described(const std::string& sentence, const std::vector<std::string>& examples) {
  std::string text = "Examples:\n";
  for (const std::string& example : examples) {
    text += "  " + example + "\n";
  }
  return text + "\n" + sentence;
}

struct Commands {
  CliOptions options;
  std::vector<std::string> dumps;
  std::string schema, scenario, out, run, other_run, format = "md", code, key, store_size, step, verify = "counts";
  PruneWishes prune;
  bool after = false, keep_clones = false, no_twin = false, purged = false;
  double sample_seconds = 0;
  std::function<Result<int>(const CliContext&)> chosen;
};

void add_common(CLI::App& app, Commands& commands) {
  CliOptions& options = commands.options;
  const auto take_engine = [&options](const std::string& word) { options.engine = from_word<EngineKind>(word); };
  const auto engines = words_of(EngineKind{});
  app.add_option_function<std::string>("--engine", take_engine,
                                       "What holds server and steps: auto, docker, podman or process")
      ->check(CLI::IsMember(std::vector<std::string>(engines.begin(), engines.end())));
  app.add_option("--state", options.state, "State directory (default: " + default_state_dir().string() + ")");
  app.add_option("--catalogue", options.catalogue, "Another catalogue of releases and services");
  app.add_option("--jobs", options.jobs, "Lanes side by side (default: the number of processors, at most 4)")
      ->check(CLI::Range(0, 64));
  app.add_flag("--json", options.json, "Data as JSON on stdout");
  app.add_flag("-q,--quiet", options.quiet, "Only errors and the answer");
  app.add_flag("-v,--verbose", options.verbose, "Every step and decision");
  app.add_flag("--no-color", options.no_color, "No colours (also: NO_COLOR)");
}

void add_verify(CLI::App& app, Commands& c) {
  app.add_option("--verify", c.verify,
                 "How deep the restore is proven: counts (rows of every table), content (every value), redump (and a "
                 "second dump holds the same)")
      ->check(CLI::IsMember({"counts", "content", "redump"}));
}

void add_collations(CLI::App& app, Commands& c) {
  app.add_option("--map-collation", c.options.map_collations,
                 "Replace a collation of the dump that the server does not know, as those of MySQL 8: "
                 "utf8mb4_0900_ai_ci=utf8mb4_uca1400_nopad_ai_ci. Text then sorts and compares by other rules")
      ->type_name("FROM=TO")
      ->allow_extra_args(false);
}

void add_commands(CLI::App& app, Commands& c, const std::string& service) {
  auto* inspect = app.add_subcommand(
      "inspect", described("Reads dumps without a server: producer, services and their releases, rows, completeness, "
                           "hazards.",
                           {"rehearse inspect prod.sql.zst", "rehearse inspect " + service + ".sql.gz --json",
                            "rehearse inspect --path upgrade.toml"}));
  auto* dumps = inspect->add_option("DUMP", c.dumps,
                                    "Dump files: plain, gzip, zstd, xz or bzip2; or a directory that mydumper wrote");
  inspect->add_option("--schema", c.schema, "The schema of a dump that names none");
  add_collations(*inspect, c);
  inspect
      ->add_option("--path", c.scenario,
                   "A scenario: what its path's schema statements will find in the data, told from a server that holds "
                   "the dumps (default: the scenario's own) and without running a migration on it")
      ->type_name("SCENARIO");
  inspect->callback([&c, dumps] {
    if (c.scenario.empty() && c.dumps.empty()) {
      throw CLI::RequiredError(dumps->get_name());
    }
    c.chosen = [&c](const CliContext& context) {
      return c.scenario.empty() ? command_inspect(context, c.dumps, c.schema)
                                : command_inspect_path(context, c.dumps, c.schema, c.scenario);
    };
  });

  auto* plan =
      app.add_subcommand("plan", described("Shows the path, the lanes and every command; runs nothing.",
                                           {"rehearse plan upgrade.toml", "rehearse plan upgrade.toml --json"}));
  plan->add_option("SCENARIO", c.scenario, "The scenario file")->required();
  plan->callback([&c] { c.chosen = [&c](const CliContext& context) { return command_plan(context, c.scenario); }; });

  auto* prepare = app.add_subcommand(
      "prepare",
      described(
          "Does all network work now: images and environments; runs the path on an empty database, for comparison. A "
          "run after it works offline.",
          {"rehearse prepare upgrade.toml"}));
  prepare->add_option("SCENARIO", c.scenario, "The scenario file")->required();
  prepare->add_flag("--no-twin", c.no_twin, "Do not run the path on an empty database now");
  prepare->callback([&c] {
    c.chosen = [&c](const CliContext& context) { return command_prepare(context, c.scenario, !c.no_twin); };
  });

  auto* run = app.add_subcommand(
      "run",
      described("Restores the dumps or uses their golden again, rehearses every step, reports.\n"
                "Exit status: 0 GO or CONDITIONS, 1 NO-GO, 2 INCONCLUSIVE or the harness failed, 64 wrong usage,\n"
                "65 unusable dump, 78 wrong scenario, 130 interrupted.",
                {"rehearse run upgrade.toml --out report", "rehearse run upgrade.toml --engine process -v",
                 "rehearse run upgrade.toml --sample 10m",
                 fmt::format("rehearse run upgrade.toml --from {}:2025.1:sync", service)}));
  run->add_option("SCENARIO", c.scenario, "The scenario file")->required();
  run->add_option("--out", c.out, "Folder for report.json and the pages (default: the run's own folder)");
  run->add_flag("--no-twin", c.no_twin,
                "Leave out the comparison of production's schema with the same path on an empty database");
  run->add_flag("--purged", c.purged,
                "What if: the services' own archive and purge commands first, on the clones; `rehearse compare` with a "
                "run without it tells what a purge buys");
  run->add_option_function<std::string>(
         "--sample",
         [&c](const std::string& text) {
           const auto seconds = parse_duration(text);
           if (!seconds || *seconds <= 0) {
             throw CLI::ValidationError("--sample", "'" + text + "' is not a duration; write 10m, 90s or 1h30m");
           }
           c.sample_seconds = *seconds;
         },
         "What if: online migrations are stopped after this time, and told for the whole: rows in a second, rows left, "
         "time to zero. What comes after them in the lane is not rehearsed, so the answer is never GO where one was "
         "stopped")
      ->type_name("DURATION");
  run->add_option(
         "--from", c.step,
         "Begin with this step, on the checkpoint before it that an earlier run of these dumps keeps; what ran "
         "before it and beside it is taken over from that run")
      ->type_name("STEP");
  add_verify(*run, c);
  add_collations(*run, c);
  run->callback([&c] {
    c.chosen = [&c](const CliContext& context) -> Result<int> {
      REHEARSAL_TRY_SET(const ProofDepth proof, proof_depth_of(c.verify));
      return command_run(context, c.scenario, c.out,
                         {.twin = !c.no_twin,
                          .purged = c.purged,
                          .sample_seconds = c.sample_seconds,
                          .from_step = c.step,
                          .proof = proof});
    };
  });

  auto* resume = app.add_subcommand(
      "resume",
      described("Goes on with a run that was broken off: killed, stopped, or out of disk.\n"
                "Each lane continues from its last checkpoint, with the scenario as it was when the run began.\n"
                "Exit status: that of `rehearse run`.",
                {"rehearse resume last", "rehearse resume 20261123-081542-k3vd --out report"}));
  resume->add_option("RUN", c.run, "The run's id, or 'last'")->required();
  resume->add_option("--out", c.out, "Folder for report.json and the pages (default: as the run was asked for)");
  resume->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_resume(context, c.run, c.out); }; });

  auto* report = app.add_subcommand(
      "report",
      described("Writes a run's report to stdout.",
                {"rehearse report last --format md", "rehearse report 20261123-081542-k3vd --format html > run.html"}));
  report->add_option("RUN", c.run, "The run's id, or 'last': the last that is not a what-if")->required();
  report->add_option("--format", c.format, "text, html, md, json, junit or prom")
      ->check(CLI::IsMember({"text", "html", "md", "json", "junit", "prom"}));
  report->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_report(context, c.run, c.format); }; });

  auto* compare = app.add_subcommand(
      "compare", described("Says what is new, gone and slower in the second run.", {"rehearse compare RUN1 last"}));
  compare->add_option("RUN1", c.run, "The earlier run's id")->required();
  compare->add_option("RUN2", c.other_run, "The later run's id, or 'last': the last that is not a what-if")->required();
  compare->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_compare(context, c.run, c.other_run); }; });

  auto* shell = app.add_subcommand(
      "shell",
      described("SQL on a clone of the database as a step found it. What is changed there goes at the end; the kept\n"
                "checkpoint stays as it is. Exit status: that of the SQL client.",
                {fmt::format("rehearse shell last --at {}:2025.1:expand", service),
                 fmt::format("rehearse shell last --at {}:2025.1:expand --after < query.sql", service)}));
  shell->add_option("RUN", c.run, "The run's id, or 'last': the last that is not a what-if")->required();
  shell->add_option("--at", c.step, "The step: SERVICE:RELEASE:PHASE; without it the kept ones are listed");
  shell->add_flag("--after", c.after, "As the step left it, where that is kept (default: as it found it)");
  shell->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_shell(context, c.run, c.step, c.after); }; });

  auto* snapshot = app.add_subcommand(
      "snapshot", described("The kept goldens.",
                            {"rehearse snapshot add prod.sql.zst --verify content", "rehearse snapshot list",
                             "rehearse snapshot rm 4be1", "rehearse snapshot prune --older-than 14d --keep 5"}));
  snapshot->require_subcommand(1);
  snapshot->fallthrough();
  auto* add = snapshot->add_subcommand("add", "Restores and proves dumps, and keeps them as a golden");
  add->fallthrough();
  add->add_option("DUMP", c.dumps,
                  "Dump files, or directories of mydumper or mariadb-backup, that together are one cloud at one moment")
      ->required();
  add->add_option("--schema", c.schema, "The schema of a dump that names none");
  add_verify(*add, c);
  add_collations(*add, c);
  add->callback([&c] {
    c.chosen = [&c](const CliContext& context) { return command_snapshot_add(context, c.dumps, c.schema, c.verify); };
  });
  auto* list_snapshots = snapshot->add_subcommand("list", "Key, size, age, origin and use of each golden");
  list_snapshots->fallthrough();
  list_snapshots->callback(
      [&c] { c.chosen = [](const CliContext& context) { return command_snapshot_list(context); }; });
  auto* remove = snapshot->add_subcommand("rm", "Removes a golden that no run uses");
  remove->fallthrough();
  remove->add_option("KEY", c.key, "The golden's key, or the beginning of it")->required();
  remove->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_snapshot_remove(context, c.key); }; });

  auto* prune = snapshot->add_subcommand(
      "prune",
      described("Removes goldens by age, number and disk, least recently used first.\nNever one that a run uses or a "
                "kept clone reads from.",
                {"rehearse snapshot prune --older-than 14d", "rehearse snapshot prune --keep 3 --dry-run",
                 "rehearse snapshot prune --max-size 200GB"}));
  prune->fallthrough();
  prune->add_option("--older-than", c.prune.older_than, "Those that no run used for so long: 12h, 14d, 2w")
      ->type_name("TIME");
  prune->add_option("--keep", c.prune.keep, "All but so many; 0: all")->type_name("N");
  prune
      ->add_option("--max-size", c.prune.max_size,
                   "As many as it takes until they occupy no more: 200GB (as shown), 200g (GiB)")
      ->type_name("SIZE");
  prune->add_flag("--unreadable", c.prune.unreadable, "Also those whose manifest cannot be read, which stay otherwise");
  prune->add_flag("--dry-run", c.prune.dry_run, "Only say what would go, and why");
  prune->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_snapshot_prune(context, c.prune); }; });

  auto* explain = app.add_subcommand(
      "explain",
      described("A finding's meaning, cause and cure.", {"rehearse explain duplicate-entry", "rehearse explain list"}));
  explain->add_option("CODE", c.code, "The finding's code, or 'list'")->required();
  explain->callback([&c] { c.chosen = [&c](const CliContext& context) { return command_explain(context, c.code); }; });

  auto* doctor = app.add_subcommand(
      "doctor", described("What is missing on this machine, and how to get it.",
                          {"rehearse doctor", "sudo rehearse doctor --make-store 200GB --state /srv/rehearsal"}));
  doctor
      ->add_option("--make-store", c.store_size,
                   "Make a store that clones in no time where the file system cannot: an XFS in a sparse image file, "
                   "at most so large: 200GB, 200g (GiB). Needs root")
      ->type_name("SIZE");
  doctor->callback([&c] {
    c.chosen = [&c](const CliContext& context) {
      return c.store_size.empty() ? command_doctor(context) : command_make_store(context, c.store_size);
    };
  });

  auto* clean = app.add_subcommand(
      "clean", described("Removes what runs left behind: containers, processes, mounts, clones, folders of broken-off "
                         "runs. Live runs, reports and goldens stay.",
                         {"rehearse clean", "rehearse clean --keep-clones"}));
  clean->add_flag("--keep-clones", c.keep_clones,
                  "Leave the clones of failed lanes, which finished runs keep for a look, and what `rehearse resume` "
                  "goes on from");
  clean->callback(
      [&c] { c.chosen = [&c](const CliContext& context) { return command_clean(context, c.keep_clones); }; });

  auto* list = app.add_subcommand("list", described("The runs that are kept, with their verdicts.", {"rehearse list"}));
  list->callback([&c] { c.chosen = [](const CliContext& context) { return command_list(context); }; });

  for (CLI::App* command : app.get_subcommands({})) {
    command->fallthrough();
  }
}

// The name of a service for the examples, from the catalogue; a made-up file name where there is none.
std::string example_service() {
  const auto folder = find_data_dir("scenarios/catalogue", "REHEARSAL_CATALOGUE");
  const auto catalogue = folder ? load_catalogue(*folder) : fail("none");
  return catalogue && !catalogue->services.empty() ? catalogue->services.front().name : "dump";
}

// What cannot be written was not told. Whoever reads only the first lines, as `head` does, has what he wanted.
Result<void> flush_output() {
  errno = 0;
  std::cout.flush();
  const bool failed = std::fflush(stdout) != 0 || !std::cout || std::ferror(stdout) != 0;
  if (failed && errno != EPIPE) {
    return fail("standard output cannot be written: " + std::string(std::strerror(errno != 0 ? errno : EIO)));
  }
  return {};
}

}  // namespace

Result<Catalogue> open_catalogue(const CliContext& context) {
  std::filesystem::path folder = context.options.catalogue;
  if (folder.empty()) {
    REHEARSAL_TRY_SET(folder, find_data_dir("scenarios/catalogue", "REHEARSAL_CATALOGUE"));
  }
  return load_catalogue(folder);
}

Result<EngineOptions> engine_options(const CliContext& context, const std::string& server_image) {
  EngineOptions options;
  if (!server_image.empty()) {
    options.server_image = server_image;
  }
  options.state = context.options.state;
  REHEARSAL_TRY_SET(options.docker_folder, find_data_dir("docker", "REHEARSAL_DOCKER"));
  Talk& talk = context.talk;
  options.say = [&talk](const std::string& text) { talk.say(text); };
  return options;
}

int run_command_line(int argc, char** argv) {
  install_interrupt_handler();
  Commands commands;
  CLI::App app(described("Rehearses an OpenStack upgrade's database work on last night's dump: go or no-go, and why.",
                         {"rehearse inspect prod.sql.zst      # what is in this dump?",
                          "rehearse plan upgrade.toml         # every command, nothing run",
                          "rehearse run upgrade.toml --out report",
                          "rehearse doctor                    # is this machine ready?"}),
               "rehearse");
  app.formatter(std::make_shared<ExamplesFirst>());
  app.set_version_flag("--version", "rehearse " + program_version());
  app.require_subcommand(1);
  app.fallthrough();
  add_common(app, commands);
  add_commands(app, commands, example_service());
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> rest = app.remaining();
    const bool unknown = app.get_subcommands().empty() && !rest.empty();
    std::cerr << "rehearse: " << shown(unknown ? "there is no command '" + rest.front() + "'" : error.what())
              << "\n  `rehearse --help` shows the commands with examples\n";
    return exit_status(ErrorKind::usage);
  }
  CliOptions& options = commands.options;
  if (options.state.empty()) {
    options.state = default_state_dir();
  }
  std::error_code ignored;
  options.state = std::filesystem::absolute(options.state, ignored);
  if (!options.catalogue.empty()) {
    options.catalogue = std::filesystem::absolute(options.catalogue, ignored);
  }
  Talk talk(options.quiet     ? Loudness::quiet
            : options.verbose ? Loudness::verbose
                              : Loudness::normal,
            !options.no_color);
  const OutputGuard guard;
  const Result<int> status = [&]() -> Result<int> {
    try {
      return commands.chosen(CliContext{options, talk});
    } catch (const std::exception& error) {
      return fail(std::string("this is an error of the program: ") + error.what());
    }
  }();
  const Result<void> written = flush_output();
  if (!written) {
    talk.warn("rehearse: " + to_text(written.error()));
  }
  if (!status) {
    // What was waited for at Ctrl-C is ended, and fails in words of its own.
    const bool stopped = interrupted() && status.error().kind != ErrorKind::interrupted;
    const Error error = stopped ? fail(ErrorKind::interrupted, "stopped by the operator").value() : status.error();
    talk.warn("rehearse: " + to_text(error));
    return exit_status(error.kind);
  }
  return written ? *status : exit_status(written.error().kind);
}

}  // namespace rehearsal
