// Drills on servers of the run, on copies that go with them. The lane itself is only read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "harness/lane/server_attempt.h"
#include "harness/step/lane_outcome.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

class LaneDrills {
 public:
  // `wish`: the step that is to be drilled, or empty for each; none: no drills. `view` outlives the object.
  LaneDrills(const LaneView& view, std::optional<std::string> wish) : view_(view), wish_(std::move(wish)) {}

  // After the step, the last of `outcome`, whose record gets its drill and which gets the findings. `passed` is what
  // it left, and `checkpoint` holds the state before it; empty of a step that only reads. An Error is an interruption:
  // what was done before it is told.
  [[nodiscard]] Result<void> after(const PlanStep& step, const LaneState& passed,
                                   const std::filesystem::path& checkpoint, LaneOutcome& outcome);

 private:
  [[nodiscard]] std::string why_not(const PlanStep& step, const StepRecord& record) const;

  const LaneView& view_;
  std::optional<std::string> wish_;
};

}  // namespace rehearsal
