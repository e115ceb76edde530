// The exact change of data of one step. Only tables whose rows may have changed are compared with the checkpoint before
// the step, under the name that they had; what did not exist is known without looking.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diff/schema.h"
#include "harness/server/look_back.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Whose step it is: what decides which rules apply.
struct StepScope {
  const PlanStep& step;
  const Service& service;
  const std::map<std::string, std::string>& schemas;  // the lane's: role or part -> schema
};

// One a lane: what a step finds new in a hop is still new to the hop's later steps.
class StepDiffer {
 public:
  explicit StepDiffer(std::vector<std::string> revision_tables, NewToHop new_to_hop = {})
      : revision_tables_(std::move(revision_tables)), new_to_hop_(std::move(new_to_hop)) {}

  [[nodiscard]] const NewToHop& new_to_hop() const { return new_to_hop_; }

  // Fills the numbers of `effects.tables`, the differences and `effects.new_to_hop`, and puts renames together. Where
  // the comparison itself fails, `effects.not_compared` says why; an Error is an interruption.
  [[nodiscard]] Result<void> compare(const StepScope& scope, const Schema& before, const Schema& after, LookBack& back,
                                     RunServer& now, StepEffects& effects);

 private:
  class Comparer;
  void note_new(const PlanStep& step, const StepEffects& effects);
  [[nodiscard]] bool holds_revisions(const std::string& table) const;

  std::vector<std::string> revision_tables_;
  NewToHop new_to_hop_;  // of the hop that is going on
};

}  // namespace rehearsal
