// What came of a lane, as far as it came.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/audit/questions.h"
#include "harness/diff/schema.h"
#include "harness/step/code_answers.h"
#include "reports/record.h"

namespace rehearsal {

// The lane's schemas as far as they were seen.
struct LaneSchemas {
  Schema start;
  std::map<std::string, std::string> revisions;  // schema -> heads at the start, joined by ", "
  std::optional<Schema> end;                     // after the last step, where the lane came so far
};

struct LaneOutcome {
  std::vector<StepRecord> steps;  // one for each step of the plan, in order
  std::vector<Finding> findings;
  std::vector<std::string> adaptations;
  LaneSchemas schemas;
  std::vector<MomentAnswers> probes;  // of its releases' code, in order
  Answers before, after;              // to the lane's questions; after: where it came to the end of the path
  // Why the lane could not be rehearsed at all, or was broken off by a failure of the harness; empty otherwise.
  std::string broken;
  bool interrupted = false;
};

}  // namespace rehearsal
