#include "harness/lane/lane_starts.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/os/folders.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

std::optional<std::size_t> index_of(const Lane& lane, const std::string& step) {
  for (std::size_t i = 0; i < lane.steps.size(); ++i) {
    if (lane.steps[i].id == step) {
      return i;
    }
  }
  return std::nullopt;
}

bool same_until(const std::vector<std::string>& before, const std::vector<std::string>& now, std::size_t end) {
  return before.size() >= end && now.size() >= end &&
         std::equal(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(end), before.begin());
}

std::optional<LaneOutcome> outcome_in(const fs::path& run, const Lane& lane, const std::vector<std::string>& marks) {
  std::optional<LaneMemory> memory = read_memory(run, lane.service);
  if (!memory || !memory->next.empty() || memory->plan != marks || memory->outcome.steps.size() != lane.steps.size()) {
    return std::nullopt;
  }
  return std::move(memory->outcome);
}

// The latest kept boundary of the lane that is not behind step `last`.
std::optional<LaneCheckpoint> start_in(const fs::path& run, const RunCheckpoints& kept, const Lane& lane,
                                       const std::vector<std::string>& marks, std::size_t last) {
  const KeptLane* found = kept.lane(lane.service);
  if (found == nullptr) {
    return std::nullopt;
  }
  std::optional<LaneCheckpoint> best;
  std::size_t best_at = 0;
  for (const KeptState& state : found->states) {
    const std::optional<std::size_t> at = index_of(lane, state.step);
    std::error_code error;
    if (state.after || !at || *at > last || (best && *at < best_at) || !os::is_directory(state.data, error)) {
      continue;
    }
    std::optional<LaneMemory> memory = read_memory(run, file_name_of(state.step));
    if (memory && memory->next == state.step && memory->outcome.steps.size() == *at &&
        same_until(memory->plan, marks, *at)) {
      best = LaneCheckpoint{std::move(*memory), state.data};
      best_at = *at;
    }
  }
  return best;
}

void mark_taken(LaneOutcome& outcome, const std::string& run) {
  for (StepRecord& step : outcome.steps) {
    if (step.taken_from.empty()) {
      step.taken_from = run;
    }
  }
}

}  // namespace

Result<StepPlace> find_step(const std::vector<Lane>& lanes, const std::string& step) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (const auto at = index_of(lanes[i], step)) {
      return StepPlace{i, *at};
    }
    for (const PlanStep& one : lanes[i].steps) {
      ids.push_back(one.id);
    }
  }
  const std::string near = nearest(step, ids);
  return fail(ErrorKind::usage, "the path has no step '" + step + "'", {},
              (near.empty() ? "" : "did you mean '" + near + "'? ") + "its steps are " + join(ids, ", "));
}

std::vector<LaneStart> resumed_lanes(const fs::path& run, const std::optional<RunCheckpoints>& kept,
                                     const MarkedLanes& wanted) {
  std::vector<LaneStart> starts(wanted.lanes.size());
  for (std::size_t i = 0; i < wanted.lanes.size(); ++i) {
    const Lane& lane = wanted.lanes[i];
    starts[i].over = outcome_in(run, lane, wanted.marks[i]);
    if (!starts[i].over && kept && !lane.steps.empty()) {
      starts[i].checkpoint = start_in(run, *kept, lane, wanted.marks[i], lane.steps.size() - 1);
    }
    if (starts[i].checkpoint) {
      starts[i].checkpoint->own = true;
    }
  }
  return starts;
}

Result<LaneStarts> lanes_from_step(const fs::path& state, const std::string& own_run, const std::string& golden_key,
                                   const std::string& root_password, const std::string& step,
                                   const MarkedLanes& wanted) {
  REHEARSAL_TRY_SET(const StepPlace place, find_step(wanted.lanes, step));
  const std::size_t lane_at = place.lane;
  std::optional<LaneStarts> best;
  std::size_t best_at = 0;
  REHEARSAL_TRY_SET(std::vector<RunInfo> runs, list_runs(state));
  std::reverse(runs.begin(), runs.end());
  for (const RunInfo& info : runs) {
    if (info.alive || info.id == own_run) {
      continue;
    }
    const auto kept = read_checkpoints(info.path);
    if (!kept || kept->golden_key != golden_key || kept->root_password != root_password) {
      continue;
    }
    auto dir = RunDir::open(state, info.id);
    if (!dir || !dir->hold()) {
      continue;
    }
    std::optional<LaneCheckpoint> start =
        start_in(info.path, *kept, wanted.lanes[lane_at], wanted.marks[lane_at], place.step);
    const std::size_t at = start ? start->memory.outcome.steps.size() : 0;
    if (!start || at == 0 || (best && at <= best_at)) {
      continue;
    }
    LaneStarts taken{.run = info.id,
                     .step = start->memory.next,
                     .lanes = std::vector<LaneStart>(wanted.lanes.size()),
                     .held = std::move(*dir)};
    taken.lanes[lane_at].checkpoint = std::move(start);
    best = std::move(taken);
    best_at = at;
  }
  if (!best) {
    return fail(ErrorKind::usage, "no run of these dumps keeps a checkpoint that leads to " + step, {},
                "a run keeps what a failed step found, and with `keep = \"all\"` under [checkpoints] of the scenario "
                "every one; code, commands and configuration of the steps before it must be the same");
  }
  mark_taken(best->lanes[lane_at].checkpoint->memory.outcome, best->run);
  for (std::size_t i = 0; i < wanted.lanes.size(); ++i) {
    if (i == lane_at) {
      continue;
    }
    std::optional<LaneOutcome>& over = best->lanes[i].over;
    over = outcome_in(state / "runs" / best->run, wanted.lanes[i], wanted.marks[i]);
    if (over) {
      mark_taken(*over, best->run);
    }
  }
  return std::move(*best);
}

}  // namespace rehearsal
