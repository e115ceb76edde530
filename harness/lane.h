// A lane: one service's steps over the whole path, on a clone of its own with a server of its own. A step that fails
// stops its lane only. Every step is judged by what it did, not by its exit status alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/audit/questions.h"
#include "harness/checkpoints.h"
#include "harness/diagnosis/fix.h"
#include "harness/engine.h"
#include "harness/lane_memory.h"
#include "harness/lane_outcome.h"
#include "harness/state.h"
#include "harness/talk.h"
#include "reports/record.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"
#include "snapshots/store.h"

namespace rehearsal {

// What runs a step's command: where it is found, and in which image.
struct StepRunner {
  std::filesystem::path environment;  // a virtual environment; empty for images and commands
  std::string image;                  // empty: the engine's own
  std::vector<std::string> prefix;    // words before the step's own (runner "command")
};

// What a lane is asked at its start and at its end, as its schemas are then. `sql` can only read.
using LaneQuestions = std::function<Result<std::vector<Question>>(Sql& sql)>;

// All that a lane needs from outside; the objects outlive it.
struct LaneContext {
  Engine& engine;
  Store& store;
  const RunDir& run;
  Talk& talk;
  const Service& service;        // from the catalogue
  std::filesystem::path golden;  // its data directory
  std::string root_password;
  std::vector<std::string> server_options;  // production parity
  std::uint64_t memory_bytes = 0;
  std::map<std::string, std::int64_t> counts;  // "schema.table" -> rows, from the scan
  std::map<std::string, StepRunner> runners;   // release -> runner
  std::filesystem::path store_dir;             // where its clone and checkpoints go; what is there already is swept
  ReferenceTable reference;                    // tables as upstream makes them, where that is known
  KeepCheckpoints keep = KeepCheckpoints::none;
  CheckpointLog* checkpoints = nullptr;  // where it is written what is kept; none: nowhere
  bool alone = true;                     // no other lane runs beside it
  const LaneStart* start = nullptr;      // where it goes on; none: it begins, on a clone of the golden
  std::vector<std::string> marks = {};   // fingerprints() of the steps
  LaneQuestions questions = {};          // none: nothing is asked
  std::function<Result<void>(Sql&, LaneOutcome&)> at_end =
      {};  // called after the last step, where the lane came so far
};

[[nodiscard]] LaneOutcome run_lane(const Lane& lane, const LaneContext& context);

}  // namespace rehearsal
