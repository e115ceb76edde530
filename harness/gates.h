// The gates: conditions on the verdict, worked out from the steps and findings. Pure.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct GateFacts {
  bool dumps_complete = false;    // no dump is truncated
  bool dumps_unprovable = false;  // one says nothing about its end
  bool restore_proven = false;
  std::string restore_detail;
};

// The finding that a window which is too short is told by: before waivers are applied.
void add_window_finding(RunRecord& record);

// Fills record.gates from its steps and findings and the plan.
void set_gates(RunRecord& record, const Plan& plan, const GateFacts& facts);

}  // namespace rehearsal
