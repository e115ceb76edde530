// All that is known of a step after it ran, and what follows from it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/step/observe.h"
#include "harness/step/step_outcome.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
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

}  // namespace rehearsal
