// The command line's grammar: commands, options, their types and checks, and what each command calls. It holds no words
// for people but those of an error: the help is put on it by describe_commands() (harness/cli/command_help.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/cli/cli.h"

namespace CLI {
class App;
}

namespace rehearsal {

// What the command line was parsed into. It outlives the CLI::App that fills it.
struct Commands {
  CliOptions options;
  std::vector<std::string> dumps;
  std::string schema, scenario, out, run, other_run, format = "md", code, key, store_size, step, drill,
                                                     verify = "counts";
  PruneWishes prune;
  bool after = false, keep_clones = false, no_twin = false, no_probes = false, purged = false;
  double sample_seconds = 0;
  std::function<Result<int>(const CliContext&)> chosen;  // the command; set by a parse that went well
};

// Adds all commands and options to `app`, which fills `commands` when it parses.
void add_commands(CLI::App& app, Commands& commands);

}  // namespace rehearsal
