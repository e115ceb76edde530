// The state directory: everything that outlives a command, mode 0700.
//
//   runs/RUN/            one run: lock (held while it lives), report.json, pages, steps/STEP/output.txt
//   environments/, tools/, cache/   what steps run in
//   store…               data directories: goldens, clones, checkpoints (see snapshots/keep/store.h)
//
// Unix sockets must have short paths, so each run also has a folder below the system's temporary folder whose name is
// told by the run's id.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace rehearsal {

// --state, else $XDG_STATE_HOME/rehearsal, else ~/.local/state/rehearsal.
[[nodiscard]] std::filesystem::path default_state_dir();

// The folder of the project's data files ("scenarios/catalogue", "docker"): beside the program in a source tree, or
// installed below share/rehearsal. `variable` names an environment variable that wins.
[[nodiscard]] Result<std::filesystem::path> find_data_dir(const std::string& name, const char* variable);

// A run that this process owns. Its lock is gone when the process dies, however it dies.
class RunDir {
 public:
  [[nodiscard]] static Result<RunDir> create(const std::filesystem::path& state);
  // An existing run; an Error with the runs that there are where `run` is none of them.
  [[nodiscard]] static Result<RunDir> open(const std::filesystem::path& state, const std::string& run);

  // A run that nobody owns any more: this process owns it now. An Error where it is still going on.
  [[nodiscard]] static Result<RunDir> take_over(const std::filesystem::path& state, const std::string& run);

  // Keeps `rehearse clean` from what an open()ed run has kept while this lives; others may hold it so, too. An Error
  // where the run is still going on.
  Result<void> hold();

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path short_dir() const { return short_dir_of(id_); }
  [[nodiscard]] std::filesystem::path step_dir(const std::string& step_id) const;

  [[nodiscard]] static std::filesystem::path short_dir_of(const std::string& run);

 private:
  Result<void> lock(FileLock::Mode mode);
  void tell_last_words() const;  // for a second Ctrl-C

  std::string id_;
  std::filesystem::path path_;
  FileLock lock_;
};

struct RunInfo {
  std::string id;
  std::filesystem::path path;
  bool alive = false;     // a process holds its lock
  bool finished = false;  // it has a report
};

// The id of the run that is meant: "last" is the last that finished and is not a what-if (--purged, --sample).
[[nodiscard]] Result<std::string> run_named(const std::filesystem::path& state, const std::string& name);
// Likewise, but "last" is the last that is not alive, finished or broken off.
[[nodiscard]] Result<std::string> ended_run_named(const std::filesystem::path& state, const std::string& name);

// All runs of a state directory, oldest first. An Error where it is not known of one whether it is alive.
[[nodiscard]] Result<std::vector<RunInfo>> list_runs(const std::filesystem::path& state);

// A step's id as a file name: every character that is not a letter, digit, dot or dash becomes "_".
[[nodiscard]] std::string file_name_of(const std::string& step_id);

}  // namespace rehearsal
