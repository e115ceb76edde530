// Attempts of a step on servers of its lane. A lane attempts a step on its own server, and after a failure on others:
// on a copy of the state before it with a fix applied, and once more on what it left behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/lane/attempt.h"
#include "harness/server/lane_context.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"
#include "harness/step/step_diff.h"
#include "harness/step/step_exec.h"
#include "scenarios/plan.h"

namespace rehearsal {

// What a lane's steps have in common; the objects outlive it.
struct LaneView {
  const Lane& lane;
  const LaneContext& context;
  const ServiceAccount& account;
  const std::vector<std::string>& schemas;  // each once

  [[nodiscard]] StepStage on(RunServer& server) const {
    return {.lane = context, .server = server.server(), .account = account, .schemas = schemas};
  }
};

// A server of the lane, and what is known of what it holds.
struct LaneState {
  RunServer& server;
  Observer& observer;
  StepDiffer& differ;
};

// An attempt that failed, and what it left.
struct FailedAttempt {
  const PlanStep& step;
  Attempt& attempt;
  RunServer& server;                 // as the step left it
  const Observer& observer;          // moved on to what the step left
  const Observer& before;            // as it was before the step
  const StepDiffer& differ;          // likewise
  std::filesystem::path checkpoint;  // of the state before the step
};

// `checkpoint` is the state before the step, with which the rows are compared; empty: they are not. Observer and differ
// are moved on to the state that the step left.
[[nodiscard]] Result<Attempt> attempt_step(const LaneView& view, const LaneState& state, const PlanStep& step,
                                           const std::filesystem::path& checkpoint, const std::filesystem::path& dir);

}  // namespace rehearsal
