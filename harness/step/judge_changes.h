// Judging what a step did to rows that were there before: what neither the catalogue expects of the release nor the hop
// itself brought is a finding. A blocker where a live row or a value of one is gone, or where a row came out otherwise
// than a rule says; a warning where NULL was filled, a value was written otherwise, only rows that the service holds
// for deleted are concerned, or rows were added. Pure.
#pragma once

#include <vector>

#include "harness/step/step_judge.h"
#include "reports/record.h"

namespace rehearsal {

// Codes: rows-deleted, rows-rewritten, rows-unlike-rule, rows-inserted, column-dropped, rows-not-compared,
// transaction-left-prepared.
[[nodiscard]] std::vector<Finding> judge_changes(const StepEvidence& evidence);

// Of a step that must change nothing: changed-by-check, where it did.
[[nodiscard]] std::vector<Finding> judge_unchanged(const StepEvidence& evidence);

}  // namespace rehearsal
