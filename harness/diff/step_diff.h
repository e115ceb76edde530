// The exact change of data of one step. Only tables with something to tell are compared with the checkpoint before the
// step: the server's counters or a cascade name them, or the step altered values by DDL; what was empty or did not
// exist is known without looking.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diff/look_back.h"
#include "harness/lane_server.h"
#include "harness/observe.h"
#include "harness/schema.h"
#include "scenarios/plan.h"

namespace rehearsal {

// One a lane: what a step finds new in a hop is still new to the hop's later steps.
class StepDiffer {
 public:
  explicit StepDiffer(std::vector<std::string> revision_tables, NewToHop new_to_hop = {})
      : revision_tables_(std::move(revision_tables)), new_to_hop_(std::move(new_to_hop)) {}

  [[nodiscard]] const NewToHop& new_to_hop() const { return new_to_hop_; }

  // Fills the numbers of `effects.tables`, `effects.diffs` and `effects.new_to_hop`, and puts renames together. Where
  // the comparison itself fails, `effects.not_compared` says why; an Error is an interruption.
  [[nodiscard]] Result<void> compare(const PlanStep& step, const Schema& before, const Schema& after, LookBack& back,
                                     LaneServer& now, StepEffects& effects);

 private:
  void note_new(const PlanStep& step, const StepEffects& effects);
  [[nodiscard]] bool holds_revisions(const std::string& table) const;

  std::vector<std::string> revision_tables_;
  NewToHop new_to_hop_;  // of the hop that is going on
};

}  // namespace rehearsal
