// The gate of the upgrade checks: which of them were judged, which not and why. Not mandatory: what a check says is a
// finding, and what it did not say stands beside the verdict. Pure.
#pragma once

#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Passed where checks were judged and none failed; not run where none could be judged, or none is on the path.
[[nodiscard]] GateRecord upgrade_checks_gate(const RunRecord& record, const Lane& lane);

}  // namespace rehearsal
