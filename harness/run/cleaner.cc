#include "harness/run/cleaner.h"

#include <algorithm>
#include <map>
#include <set>

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

std::set<std::string> finished_of(const std::vector<RunInfo>& runs) {
  std::set<std::string> finished;
  for (const RunInfo& run : runs) {
    if (run.finished) {
      finished.insert(run.id);
    }
  }
  return finished;
}

// What a killed process was writing when it died; whoever goes on writes under a name of its own.
void remove_half_written(const fs::path& folder, Cleaned& cleaned) {
  const auto tree = tree_of(folder);
  if (!tree) {
    cleaned.failed.push_back(to_text(tree.error()));
    return;
  }
  for (const fs::path& file : *tree) {
    if (file.extension() == ".part") {
      if (const auto gone = remove_tree(file); !gone) {
        cleaned.failed.push_back(to_text(gone.error()));
      }
    }
  }
}

// Broken off, and it keeps what `rehearse resume` needs.
Result<bool> resumable(const RunInfo& run) {
  REHEARSAL_TRY_SET(const bool asked, has_request(run.path));
  REHEARSAL_TRY_SET(const bool kept, has_checkpoints(run.path));
  if (!asked || !kept) {
    return false;
  }
  REHEARSAL_TRY_SET(const RunRequest request, read_request(run.path));
  return !request.over;
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
  REHEARSAL_TRY_SET(const std::vector<RunInfo> runs, list_runs(state));
  std::map<std::string, bool> goes_on;  // dead run -> something is to continue on its clones
  std::vector<RunInfo> dead;
  std::vector<std::string> ids;
  for (const RunInfo& run : runs) {
    if (run.alive) {
      continue;
    }
    dead.push_back(run);
    ids.push_back(run.id);
    const Result<bool> kept = keep_clones ? resumable(run) : Result<bool>(false);
    if (!kept) {
      cleaned.failed.push_back(to_text(kept.error()));
    }
    goes_on[run.id] = kept.value_or(true);
  }
  // Servers first: what they hold open cannot be unmounted.
  if (!ids.empty()) {
    talk.progress("clean", plural(ids.size(), "finished run"));
    remove_from_engines(options, ids, cleaned);
  }
  const std::set<std::string> finished = finished_of(dead);
  const auto swept = Store::clean(state, [&](const std::string& run) -> Result<bool> {
    if (const auto found = goes_on.find(run); found != goes_on.end()) {
      return found->second || (keep_clones && finished.contains(run));
    }
    // Not dead: alive, or its run folder was removed by hand and nothing can use the clone any more.
    return is_there(state / "runs" / run);
  });
  if (!swept) {
    cleaned.failed.push_back(to_text(swept.error()));
  } else {
    cleaned.removed.insert(cleaned.removed.end(), swept->removed.begin(), swept->removed.end());
    cleaned.failed.insert(cleaned.failed.end(), swept->failed.begin(), swept->failed.end());
  }
  for (const RunInfo& run : dead) {
    const fs::path short_dir = RunDir::short_dir_of(run.id);
    REHEARSAL_TRY_SET(const bool there, is_there(short_dir));
    if (auto gone = remove_tree(short_dir); !gone) {
      cleaned.failed.push_back(to_text(gone.error()));
    } else if (there) {
      cleaned.removed.push_back(short_dir.string());
    }
    if (run.finished || goes_on[run.id]) {
      remove_half_written(run.path, cleaned);
      continue;
    }
    if (auto gone = remove_tree(run.path); !gone) {
      cleaned.failed.push_back(to_text(gone.error()));
    } else {
      cleaned.removed.push_back("run " + run.id + ", which was cut short");
    }
  }
  for (const RunInfo& run : runs) {
    if (run.alive) {
      cleaned.kept.push_back("run " + run.id + ", which is still running");
    }
  }
  talk.done("clean");
  return cleaned;
}

}  // namespace rehearsal
