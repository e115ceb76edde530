// Judging what a step did to rows that were there before: what the catalogue does not expect of the release is a
// finding. New tables, and columns that the same hop added, may be filled. Pure.
#pragma once

#include <vector>

#include "harness/step_judge.h"
#include "reports/record.h"

namespace rehearsal {

// Codes: rows-deleted, rows-rewritten, rows-not-compared; warnings all.
[[nodiscard]] std::vector<Finding> judge_changes(const StepEvidence& evidence);

}  // namespace rehearsal
