#include "harness/run/cleaner.h"

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "harness/engines/engines.h"
#include "harness/server/checkpoints.h"
#include "harness/server/run_request.h"
#include "harness/server/state.h"
#include "snapshots/keep/store.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Runs whose socket folders are there but whose run folder is not in this state directory may belong to another state
// directory and are left alone.
std::vector<RunInfo> dead_runs(const fs::path& state) {
  std::vector<RunInfo> runs = list_runs(state);
  std::erase_if(runs, [](const RunInfo& run) { return run.alive; });
  return runs;
}

void remove_from_engines(const EngineOptions& options, const std::vector<std::string>& runs, Cleaned& cleaned) {
  for (const EngineHealth& health : examine_engines(options)) {
    const std::string name = to_word(health.engine);
    const auto engine = make_engine(health.engine, options);
    if (!engine) {
      continue;  // what does not work here has left nothing here
    }
    const auto removed = (*engine)->remove_leftovers(runs);
    if (!removed) {
      cleaned.failed.push_back(name + ": " + to_text(removed.error()));
      continue;
    }
    for (const std::string& what : *removed) {
      cleaned.removed.push_back(name + ": " + what);
    }
  }
}

// Broken off, and it keeps what `rehearse resume` needs.
bool resumable(const RunInfo& run) {
  const auto asked = read_request(run.path);
  return asked && !asked->over && read_checkpoints(run.path);
}

}  // namespace

Result<void> remove_leftovers(const EngineOptions& options, const std::string& run) {
  Cleaned cleaned;
  remove_from_engines(options, {run}, cleaned);
  return cleaned.failed.empty()
             ? Result<void>()
             : fail("what an earlier session left cannot be removed: " + cleaned.failed.front(), run);
}

void remove_short_dir(const std::string& run) {
  remove_tree(RunDir::short_dir_of(run));
}

Result<Cleaned> clean_up(const fs::path& state, const EngineOptions& options, bool keep_clones, Talk& talk) {
  Cleaned cleaned;
  const std::vector<RunInfo> dead = dead_runs(state);
  std::map<std::string, RunInfo> by_id;
  std::vector<std::string> ids;
  for (const RunInfo& run : dead) {
    by_id[run.id] = run;
    ids.push_back(run.id);
  }
  // Servers first: what they hold open cannot be unmounted.
  if (!ids.empty()) {
    talk.progress("clean", plural(ids.size(), "finished run"));
    remove_from_engines(options, ids, cleaned);
  }
  const auto keep = [&](const std::string& run) {
    const auto found = by_id.find(run);
    if (found == by_id.end()) {
      // Not dead: alive, or its run folder was removed by hand and nothing can use the clone any more.
      return fs::exists(state / "runs" / run);
    }
    return keep_clones && (found->second.finished || resumable(found->second));
  };
  const auto removed = Store::clean(state, keep);
  if (!removed) {
    cleaned.failed.push_back(to_text(removed.error()));
  } else {
    cleaned.removed.insert(cleaned.removed.end(), removed->begin(), removed->end());
  }
  for (const RunInfo& run : dead) {
    const fs::path short_dir = RunDir::short_dir_of(run.id);
    if (fs::exists(short_dir)) {
      remove_tree(short_dir);
      cleaned.removed.push_back(short_dir.string());
    }
    if (run.finished || (keep_clones && resumable(run))) {
      continue;
    }
    if (auto gone = remove_tree(run.path); !gone) {
      cleaned.failed.push_back(to_text(gone.error()));
    } else {
      cleaned.removed.push_back("run " + run.id + ", which was cut short");
    }
  }
  for (const RunInfo& run : list_runs(state)) {
    if (run.alive) {
      cleaned.kept.push_back("run " + run.id + ", which is still running");
    }
  }
  talk.done("clean");
  return cleaned;
}

}  // namespace rehearsal
