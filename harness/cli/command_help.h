// What `--help` says of each command: read from text, put on the command line.
//
// Each command has a file harness/cli/help/COMMAND.txt (`snapshot-prune.txt` for `rehearse snapshot prune`), and
// rehearse.txt is of the program itself. Its form, in which only the description must be there:
//
//   Examples:                         each indented by two blanks
//     rehearse run upgrade.toml
//
//   Rehearses every step.             the first line stands in the list of commands; all lines stay as they are
//
//   Options:                          one for each option and each argument, by its longest name
//     --out: Folder for the pages
//     --from: Begin with this step,   a text that goes on is indented by four blanks; its lines are joined
//       from the checkpoint before it
//
// What several commands have, as `--verify`, is told in rehearse.txt: a command's own file goes before it. `{service}`
// stands for the catalogue's first service, `{state}` for the default state directory.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace rehearsal {

struct CommandHelp {
  std::vector<std::string> examples;
  std::string description;                     // its lines, without an end of line behind the last
  std::map<std::string, std::string> options;  // name to text
};

// By the stem of the file.
using CommandHelps = std::map<std::string, CommandHelp>;

// What the placeholders stand for.
struct HelpWords {
  std::string service;
  std::string state;
};

// Reads a file of this form. An Error names the file and the line that is not in its place.
[[nodiscard]] Result<CommandHelp> read_command_help(std::string_view command, std::string_view text);

// Those of the program, or the Error of the first that cannot be read.
[[nodiscard]] Result<CommandHelps> command_helps();

// Gives the program, its commands and their options the texts of `helps`, the examples first. An Error names a command
// or option without a text, or a text without its command or option.
[[nodiscard]] Result<void> describe_commands(CLI::App& app, const CommandHelps& helps, const HelpWords& words);

}  // namespace rehearsal
