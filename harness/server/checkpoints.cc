#include "harness/server/checkpoints.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/json_fields.h"
#include "base/json_text.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCheckpointsFile = "checkpoints.json";

const KeptState* exact(const KeptLane& lane, const std::string& step, bool after) {
  const auto found = std::find_if(lane.states.begin(), lane.states.end(),
                                  [&](const KeptState& state) { return state.step == step && state.after == after; });
  return found == lane.states.end() ? nullptr : &*found;
}

// What step `at` found. A step that only reads leaves what it found.
const KeptState* found_by(const KeptLane& lane, std::size_t at) {
  for (; at < lane.steps.size(); ++at) {
    const KeptStep& step = lane.steps[at];
    if (const KeptState* state = exact(lane, step.id, false)) {
      return state;
    }
    if (step.may_change) {
      return nullptr;
    }
    if (const KeptState* state = exact(lane, step.id, true)) {
      return state;
    }
  }
  return nullptr;
}

// After a step that failed the lane goes on with its fix: what the next step found is not what this one left.
const KeptState* left_by(const KeptLane& lane, std::size_t at) {
  if (const KeptState* state = exact(lane, lane.steps[at].id, true)) {
    return state;
  }
  return lane.steps[at].failed ? nullptr : found_by(lane, at + 1);
}

std::string list_of(const RunCheckpoints& checkpoints) {
  std::vector<std::string> lines;
  for (const KeptLane& lane : checkpoints.lanes) {
    for (std::size_t i = 0; i < lane.steps.size(); ++i) {
      const bool before = found_by(lane, i) != nullptr;
      const bool after = left_by(lane, i) != nullptr;
      if (before || after) {
        lines.push_back("--at " + lane.steps[i].id + (before && after ? " [--after]" : after ? " --after" : ""));
      }
    }
  }
  return lines.empty() ? "nothing is kept, or `rehearse clean` has removed it; `keep = \"all\"` under [checkpoints] of "
                         "the scenario keeps every one"
                       : "kept: " + join(lines, "\n        ");
}

}  // namespace

template <typename V>
void fields(V& v, FieldsOf<V, KeptStep>& step) {
  v("id", step.id);
  v("may_change", step.may_change);
  v("failed", step.failed);
}

template <typename V>
void fields(V& v, FieldsOf<V, KeptState>& state) {
  v("step", state.step);
  v("after", state.after);
  v("data", state.data);
}

template <typename V>
void fields(V& v, FieldsOf<V, KeptLane>& lane) {
  v("service", lane.service);
  v("schemas", lane.schemas);
  v("steps", lane.steps);
  v("states", lane.states);
}

template <typename V>
void fields(V& v, FieldsOf<V, RunCheckpoints>& checkpoints) {
  v("golden_key", checkpoints.golden_key);
  v("root_password", checkpoints.root_password);
  v("engine", checkpoints.engine);
  v("image", checkpoints.image);
  v("server_options", checkpoints.server_options);
  v("memory_bytes", checkpoints.memory_bytes);
  v("lanes", checkpoints.lanes);
}

Result<FoundState> find_state(const RunCheckpoints& checkpoints, const std::string& step, bool after) {
  for (const KeptLane& lane : checkpoints.lanes) {
    for (std::size_t i = 0; i < lane.steps.size(); ++i) {
      if (lane.steps[i].id != step) {
        continue;
      }
      const KeptState* state = after ? left_by(lane, i) : found_by(lane, i);
      if (state == nullptr) {
        return fail(ErrorKind::usage,
                    std::string("no checkpoint ") + (after ? "after " : "before ") + step + " is kept", {},
                    list_of(checkpoints));
      }
      return FoundState{lane.service, lane.schemas, *state};
    }
  }
  return fail(ErrorKind::usage, step.empty() ? "--at says at which step to look" : "the run has no step '" + step + "'",
              {}, list_of(checkpoints));
}

Result<bool> has_checkpoints(const fs::path& run) {
  return is_there(run / kCheckpointsFile);
}

Result<RunCheckpoints> read_checkpoints(const fs::path& run) {
  const fs::path file = run / kCheckpointsFile;
  REHEARSAL_TRY_SET(const bool there, has_checkpoints(run));
  if (!there) {
    return fail(ErrorKind::usage, "the run " + run.filename().string() + " keeps no checkpoints", run.string(),
                "it ended before its first step");
  }
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  RunCheckpoints checkpoints;
  try {
    read_json(nlohmann::ordered_json::parse(text), checkpoints, "checkpoints", MissingField::is_an_error);
  } catch (const std::exception& error) {
    return fail(std::string("the list of checkpoints cannot be read: ") + error.what(), file.string());
  }
  return checkpoints;
}

CheckpointLog::CheckpointLog(const fs::path& run, RunCheckpoints start)
    : file_(run / kCheckpointsFile), checkpoints_(std::move(start)) {}

const KeptLane* RunCheckpoints::lane(const std::string& service) const {
  const auto found =
      std::find_if(lanes.begin(), lanes.end(), [&](const KeptLane& one) { return one.service == service; });
  return found == lanes.end() ? nullptr : &*found;
}

KeptLane& CheckpointLog::lane_of(const std::string& service) {
  for (KeptLane& lane : checkpoints_.lanes) {
    if (lane.service == service) {
      return lane;
    }
  }
  checkpoints_.lanes.emplace_back().service = service;
  return checkpoints_.lanes.back();
}

Result<void> CheckpointLog::begin(const Lane& lane, const std::vector<std::string>& schemas) {
  const std::lock_guard lock(mutex_);
  KeptLane& kept = lane_of(lane.service);
  kept.schemas = schemas;
  const std::vector<KeptStep> before = std::exchange(kept.steps, {});
  for (const PlanStep& step : lane.steps) {
    const bool failed =
        std::any_of(before.begin(), before.end(), [&](const KeptStep& was) { return was.id == step.id && was.failed; });
    kept.steps.push_back({step.id, step.may_change, failed});
  }
  return write();
}

Result<void> CheckpointLog::add(const std::string& service, const KeptState& state) {
  const std::lock_guard lock(mutex_);
  lane_of(service).states.push_back(state);
  return write();
}

Result<void> CheckpointLog::mark_failed(const std::string& service, const std::string& step) {
  const std::lock_guard lock(mutex_);
  for (KeptStep& kept : lane_of(service).steps) {
    kept.failed = kept.failed || kept.id == step;
  }
  return write();
}

Result<void> CheckpointLog::remove(const std::string& service, const fs::path& data) {
  const std::lock_guard lock(mutex_);
  const auto gone = std::erase_if(lane_of(service).states, [&](const KeptState& state) { return state.data == data; });
  return gone == 0 ? Result<void>() : write();
}

std::vector<fs::path> CheckpointLog::to_keep(const std::string& service, KeepCheckpoints keep,
                                             const std::string& next) const {
  const std::lock_guard lock(mutex_);
  std::vector<fs::path> data;
  const KeptLane* lane = checkpoints_.lane(service);
  if (lane == nullptr || keep == KeepCheckpoints::none) {
    return data;
  }
  for (const KeptStep& step : lane->steps) {
    if (step.id == next) {
      break;
    }
    for (const KeptState& state : lane->states) {
      if (state.step == step.id && (keep == KeepCheckpoints::all || step.failed)) {
        data.push_back(state.data);
      }
    }
  }
  return data;
}

std::string CheckpointLog::last_failed() const {
  const std::lock_guard lock(mutex_);
  std::string last;
  for (const KeptLane& lane : checkpoints_.lanes) {
    for (std::size_t i = 0; i < lane.steps.size(); ++i) {
      last = lane.steps[i].failed && found_by(lane, i) != nullptr ? lane.steps[i].id : last;
    }
  }
  return last;
}

Result<void> CheckpointLog::write() const {
  return write_file(file_, json_text(json_of(checkpoints_), 2) + "\n");
}

}  // namespace rehearsal
