#include "harness/cli/cli.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/interrupt.h"
#include "base/shown.h"
#include "harness/cli/command_help.h"
#include "harness/cli/commands.h"
#include "harness/server/state.h"
#include "harness/step/output.h"

namespace rehearsal {

namespace {

// The name of a service for the examples, from the catalogue; a made-up file name where there is none.
std::string example_service() {
  const auto folder = find_data_dir("scenarios/catalogue", "REHEARSAL_CATALOGUE");
  const auto catalogue = folder ? load_catalogue(*folder) : fail("none");
  return catalogue && !catalogue->services.empty() ? catalogue->services.front().name : "dump";
}

Result<void> describe(CLI::App& app) {
  REHEARSAL_TRY_SET(const CommandHelps helps, command_helps());
  return describe_commands(app, helps, {.service = example_service(), .state = default_state_dir().string()});
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
  CLI::App app("", "rehearse");
  add_commands(app, commands);
  if (const Result<void> described = describe(app); !described) {
    std::cerr << "rehearse: " << to_text(described.error()) << "\n";
    return exit_status(described.error().kind);
  }
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
