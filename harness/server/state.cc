#include "harness/server/state.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include <unistd.h>

#include "base/clock.h"
#include "base/contains.h"
#include "base/last_words.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/server/run_request.h"

namespace rehearsal {

namespace fs = std::filesystem;

fs::path default_state_dir() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
    return fs::path(state) / "rehearsal";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home != '\0' ? home : "/root") / ".local/state/rehearsal";
}

Result<fs::path> find_data_dir(const std::string& name, const char* variable) {
  if (const char* chosen = std::getenv(variable); chosen != nullptr && *chosen != '\0') {
    return fs::path(chosen);
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path at = program.parent_path(); !at.empty(); at = at.parent_path()) {
    for (const fs::path& candidate : {at / name, at / "share/rehearsal" / fs::path(name).filename()}) {
      if (os::is_directory(candidate, error)) {
        return candidate;
      }
    }
    if (at == at.root_path()) {
      break;
    }
  }
  return fail("cannot find the program's data folder " + name, program.string(),
              std::string("set ") + variable + " to the folder, or run the program from its source tree");
}

fs::path RunDir::short_dir_of(const std::string& run) {
  std::error_code error;
  fs::path temporary = fs::temp_directory_path(error);
  const auto odd = [](const std::string& path) {
    return std::any_of(path.begin(), path.end(), [](unsigned char c) {
      return std::isalnum(c) == 0 && c != '/' && c != '.' && c != '-' && c != '_';
    });
  };
  if (error || temporary.string().size() > 40 || odd(temporary.string())) {
    temporary = "/tmp";
  }
  return temporary / ("rehearsal-" + run);
}

std::string file_name_of(const std::string& step_id) {
  std::string name = step_id;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') {
      c = '_';
    }
  }
  return name;
}

fs::path RunDir::step_dir(const std::string& step_id) const {
  return path_ / "steps" / file_name_of(step_id);
}

Result<RunDir> RunDir::create(const fs::path& state) {
  REHEARSAL_TRY(make_private_dir(state / "runs"));
  std::random_device random;
  for (int attempt = 0; attempt < 20; ++attempt) {
    constexpr char kLetters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string id = utc_stamp() + "-";
    for (int i = 0; i < 4; ++i) {
      id += kLetters[random() % (sizeof kLetters - 1)];
    }
    const fs::path path = state / "runs" / id;
    REHEARSAL_TRY_SET(const bool taken, is_there(path));
    if (taken) {
      continue;
    }
    RunDir run;
    run.id_ = id;
    run.path_ = path;
    REHEARSAL_TRY(make_private_dir(path / "steps"));
    REHEARSAL_TRY_SET(run.lock_, FileLock::try_lock(path / "lock", FileLock::Mode::exclusive));
    REHEARSAL_TRY(make_private_dir(run.short_dir()));
    run.tell_last_words();
    return run;
  }
  return fail("cannot find a free name for the run", (state / "runs").string());
}

Result<RunDir> RunDir::open(const fs::path& state, const std::string& run) {
  RunDir result;
  result.id_ = run;
  result.path_ = state / "runs" / run;
  const bool is_name = !run.empty() && !contains(run, '/');
  REHEARSAL_TRY_SET(const bool there, is_folder(result.path_));
  if (!is_name || !there) {
    std::vector<std::string> names;
    REHEARSAL_TRY_SET(const std::vector<RunInfo> runs, list_runs(state));
    for (const RunInfo& info : runs) {
      names.push_back(info.id);
    }
    return fail(ErrorKind::usage, "there is no run '" + run + "'", (state / "runs").string(),
                names.empty() ? "no run is kept here yet" : "kept runs: " + join(names, ", "));
  }
  return result;
}

Result<RunDir> RunDir::take_over(const fs::path& state, const std::string& run) {
  REHEARSAL_TRY_SET(RunDir result, open(state, run));
  REHEARSAL_TRY(result.lock(FileLock::Mode::exclusive));
  REHEARSAL_TRY(make_private_dir(result.path_ / "steps"));
  REHEARSAL_TRY(make_private_dir(result.short_dir()));
  result.tell_last_words();
  return result;
}

void RunDir::tell_last_words() const {
  set_last_words("\nrehearse: stopped immediately. Servers, mounts and clones of the run " + id_ +
                 " may be left: `rehearse clean` removes them; `rehearse clean --keep-clones` keeps what `rehearse "
                 "resume " +
                 id_ + "` continues from, if it got that far\n");
}

Result<void> RunDir::hold() {
  return lock(FileLock::Mode::shared);
}

Result<void> RunDir::lock(FileLock::Mode mode) {
  // Whoever lists the runs holds the lock for a moment.
  for (int attempt = 0; attempt < 20; ++attempt) {
    REHEARSAL_TRY_SET(lock_, FileLock::try_lock(path_ / "lock", mode));
    if (lock_.held()) {
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return fail(ErrorKind::usage, "the run " + id_ + " is still running", path_.string(),
              "wait for its end, or stop it with Ctrl-C");
}

namespace {

// Of production as it is not: such a run is named, never meant by "last".
Result<bool> is_what_if(const RunInfo& info) {
  REHEARSAL_TRY_SET(const bool asked, has_request(info.path));
  if (!asked) {
    return false;
  }
  REHEARSAL_TRY_SET(const RunRequest request, read_request(info.path));
  return request.wish.purged || request.wish.sample_seconds > 0;
}

Result<bool> has_answered(const RunInfo& info) {
  if (!info.finished) {
    return false;
  }
  REHEARSAL_TRY_SET(const bool what_if, is_what_if(info));
  return !what_if;
}

// `done`: what the last run must have come to, in a word.
Result<std::string> named_or_last(const fs::path& state, const std::string& name,
                                  Result<bool> (*wanted)(const RunInfo&), const char* done) {
  if (name != "last") {
    return name;
  }
  std::string last;
  REHEARSAL_TRY_SET(const std::vector<RunInfo> runs, list_runs(state));
  for (const RunInfo& info : runs) {
    REHEARSAL_TRY_SET(const bool meant, wanted(info));
    last = meant ? info.id : last;
  }
  if (last.empty()) {
    for (const RunInfo& info : runs) {
      REHEARSAL_TRY_SET(const bool what_if, is_what_if(info));
      last = what_if ? info.id : last;
    }
    if (!last.empty()) {
      return fail(ErrorKind::usage, std::string("no run of production as it is has ") + done + " yet, only what-ifs",
                  (state / "runs").string(), "name the run that you mean: " + last);
    }
    return fail(ErrorKind::usage, std::string("no run has ") + done + " yet", (state / "runs").string(),
                "start one with `rehearse run SCENARIO`");
  }
  return last;
}

}  // namespace

Result<std::string> run_named(const fs::path& state, const std::string& name) {
  return named_or_last(state, name, has_answered, "finished");
}

Result<std::string> ended_run_named(const fs::path& state, const std::string& name) {
  return named_or_last(
      state, name, [](const RunInfo& info) -> Result<bool> { return !info.alive; }, "ended");
}

Result<std::vector<RunInfo>> list_runs(const fs::path& state) {
  std::vector<RunInfo> runs;
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of(state / "runs"));
  for (const fs::path& entry : entries) {
    REHEARSAL_TRY_SET(const bool folder, is_folder(entry));
    if (!folder) {
      continue;
    }
    RunInfo info;
    info.id = entry.filename().string();
    info.path = entry;
    REHEARSAL_TRY_SET(info.finished, is_there(entry / "report.json"));
    REHEARSAL_TRY_SET(const bool locked, is_there(entry / "lock"));
    if (locked) {
      REHEARSAL_TRY_SET(const FileLock lock, FileLock::try_lock(entry / "lock", FileLock::Mode::exclusive));
      info.alive = !lock.held();
    }
    runs.push_back(info);
  }
  return runs;
}

}  // namespace rehearsal
