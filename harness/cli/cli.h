// The command line: options common to all commands, and one function a command. Data goes to stdout, talk to stderr.
// Each command returns the process's exit status, or an Error that main turns into one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/result.h"
#include "base/talk.h"
#include "harness/engines/engine.h"
#include "harness/server/run_request.h"
#include "harness/server/workplace.h"
#include "scenarios/catalogue.h"
#include "scenarios/scenario.h"

namespace rehearsal {

struct CliOptions {
  std::optional<EngineKind> engine;  // none: as the scenario says
  std::filesystem::path state;
  std::filesystem::path catalogue;          // absolute; empty: the program's own
  std::vector<std::string> map_collations;  // "FROM=TO"
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool no_color = false;
  int jobs = 0;  // lanes side by side; 0: as many as there are processors, at most 4
};

struct CliContext {
  CliOptions options;
  Talk& talk;
};

// The exit status that belongs to a finished command.
inline constexpr int kExitGo = 0;
inline constexpr int kExitNoGo = 1;
inline constexpr int kExitInconclusive = 2;

// "FROM=TO" each, of the command line, over the scenario's.
[[nodiscard]] Result<void> add_collations(const std::vector<std::string>& pairs, Scenario& scenario);

// The command's scenario, or an Error of kind `wrong_scenario` that tells all that is wrong with it. `dumps`: those
// that it names are read.
[[nodiscard]] Result<Scenario> scenario_of(const CliContext& context, const Catalogue& catalogue,
                                           const std::filesystem::path& file, bool dumps = true);

// Limits for the kept goldens, as written on the command line; empty: no such limit.
struct PruneWishes {
  std::string older_than, keep, max_size;
  bool unreadable = false;
  bool dry_run = false;
};

[[nodiscard]] Result<int> command_inspect(const CliContext& context, const std::vector<std::string>& dumps,
                                          const std::string& schema);
// What the scenario's path will ask of the dumps (none: the scenario's own), without running it.
[[nodiscard]] Result<int> command_inspect_path(const CliContext& context, const std::vector<std::string>& dumps,
                                               const std::string& schema, const std::filesystem::path& scenario);
[[nodiscard]] Result<int> command_plan(const CliContext& context, const std::filesystem::path& scenario);
[[nodiscard]] Result<int> command_prepare(const CliContext& context, const std::filesystem::path& scenario, bool twin);
[[nodiscard]] Result<int> command_run(const CliContext& context, const std::filesystem::path& scenario,
                                      const std::filesystem::path& out, const RunWish& wish);
// Continues a run that was interrupted.
[[nodiscard]] Result<int> command_resume(const CliContext& context, const std::string& run,
                                         const std::filesystem::path& out);
[[nodiscard]] Result<int> command_report(const CliContext& context, const std::string& run, const std::string& format);
[[nodiscard]] Result<int> command_compare(const CliContext& context, const std::string& before,
                                          const std::string& after);
// SQL on a clone of what the step found, or with `after` of what it left behind.
[[nodiscard]] Result<int> command_shell(const CliContext& context, const std::string& run, const std::string& step,
                                        bool after);
[[nodiscard]] Result<int> command_list(const CliContext& context);
[[nodiscard]] Result<int> command_snapshot_add(const CliContext& context, const std::vector<std::string>& dumps,
                                               const std::string& schema, const std::string& verify);
[[nodiscard]] Result<int> command_snapshot_list(const CliContext& context);
[[nodiscard]] Result<int> command_snapshot_remove(const CliContext& context, const std::string& key);
[[nodiscard]] Result<int> command_snapshot_prune(const CliContext& context, const PruneWishes& wishes);
[[nodiscard]] Result<int> command_explain(const CliContext& context, const std::string& code);
[[nodiscard]] Result<int> command_doctor(const CliContext& context);
// Makes a store that shares extents in an image file of `size`, as written on the command line.
[[nodiscard]] Result<int> command_make_store(const CliContext& context, const std::string& size);
[[nodiscard]] Result<int> command_clean(const CliContext& context, bool keep_clones);

// The command line's engine, else the scenario's.
[[nodiscard]] EngineKind engine_for(const CliContext& context, const Scenario& scenario);
// What a command works with, for its scenario.
[[nodiscard]] Result<Workplace> workplace_of(const CliContext& context, const Catalogue& catalogue,
                                             const Scenario& scenario, const RunDir& run, DumpIndex& index);
[[nodiscard]] Result<Catalogue> open_catalogue(const CliContext& context);
[[nodiscard]] Result<EngineOptions> engine_options(const CliContext& context, const std::string& server_image);

// Parses the command line, runs the command, says what went wrong. The whole program but main().
[[nodiscard]] int run_command_line(int argc, char** argv);

}  // namespace rehearsal
