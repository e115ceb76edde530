// One run of a step on a server of its lane: observed, executed, judged. A lane attempts a step on its own server, and
// after a failure on others: on a copy of the state before it with a fix applied, and once more on what it left behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diagnosis/step_trace.h"
#include "harness/diff/step_diff.h"
#include "harness/lane.h"
#include "harness/lane_server.h"
#include "harness/observe.h"
#include "harness/step_exec.h"
#include "harness/step_judge.h"
#include "scenarios/plan.h"

namespace rehearsal {

// What a lane's steps have in common; the objects outlive it.
struct LaneView {
  const Lane& lane;
  const LaneContext& context;
  const ServiceAccount& account;
  const std::vector<std::string>& schemas;  // each once
};

struct Attempt {
  StepJudgement judgement;
  StepTrace trace;
  std::string output;           // of the last invocation, raw
  double watching_seconds = 0;  // of observation and comparison
};

// `checkpoint` is the state before the step, with which the rows are compared; empty: they are not. `dir` keeps
// configuration and output. Observer and differ are moved on to the state that the step left.
[[nodiscard]] Result<Attempt> attempt_step(const LaneView& view, LaneServer& server, Observer& observer,
                                           StepDiffer& differ, const PlanStep& step,
                                           const std::filesystem::path& checkpoint, const std::filesystem::path& dir);

}  // namespace rehearsal
