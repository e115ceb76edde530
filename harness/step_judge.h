// Judging a step by all that is known of it: exit status, output, and what became of schema and rows. Pure: evidence
// in, record and findings out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/observe.h"
#include "harness/step_exec.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct StepEvidence {
  const PlanStep& step;
  const Service& service;
  const std::map<std::string, std::string>& schemas;  // the lane's: role or part -> schema
  const StepOutcome& outcome;
  const StepEffects& effects;
  const Schema& before;  // before the step
  const std::map<std::string, std::string>& revisions_before;
  std::vector<ExpectedRemainder> remainders;  // the catalogue's, with what their queries counted after the step
  std::string first_target = {};              // the lane's: what only the first hop can judge is judged there
};

struct StepJudgement {
  StepRecord record;
  std::vector<Finding> findings;
  bool stops_lane = false;
  bool ends_lane = false;  // nothing failed, and nothing that comes after can be judged
};

[[nodiscard]] StepJudgement judge_step(const StepEvidence& evidence);

// The part of a record that the plan alone tells.
[[nodiscard]] StepRecord record_of(const PlanStep& step);

}  // namespace rehearsal
