// What is tried on copies after a step has failed: all of a recovery that needs servers. What is to be tried, and what
// follows from it, is decided in harness/lane/recovery.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "harness/lane/retry.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"
#include "harness/step/step_diff.h"
#include "harness/step/step_evidence.h"
#include "reports/record.h"

namespace rehearsal {

// A server on which the step passed, on a clone of its own, and what is known of what it holds.
struct PassedState {
  std::unique_ptr<RunServer> server;
  Observer observer;
  StepDiffer differ;
};

// Fixes on a clone of the checkpoint before the step, and the step on top of them.
struct Trial {
  bool refused = false;               // a fix was refused or would do harm, and says so itself; the step did not run
  StepJudgement judgement;            // of the step; the first blocker of it is explained
  std::vector<std::int64_t> changed;  // rows that each fix changed
  std::vector<Finding> internal;      // queries of ours that failed
  std::optional<PassedState> passed;  // none: the step stopped
};

class Trials {
 public:
  Trials() = default;
  Trials(const Trials&) = delete;
  Trials& operator=(const Trials&) = delete;
  virtual ~Trials() = default;

  // Says why the step stopped, from what it left: table, rows, cause, fix. Returns the queries of ours that failed, as
  // findings of their own; what the step said stays.
  [[nodiscard]] virtual Result<std::vector<Finding>> explain(Finding& blocker) = 0;
  // Applies the fixes in this order and marks them as tried. `round` begins at 1.
  [[nodiscard]] virtual Result<Trial> run(int round, const std::vector<Fix*>& fixes) = 0;
  // The step once more on what it left behind, as it is and then with the fixes that let it pass. `passed`: the state
  // that it should come to; none where no fix is known.
  [[nodiscard]] virtual Result<RetryProof> run_again(const std::vector<Fix*>& fixes, const PassedState* passed) = 0;
};

}  // namespace rehearsal
