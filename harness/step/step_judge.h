// Judging a step by all that is known of it: exit status, output, and what became of schema and rows. Pure: evidence
// in, record and findings out.
#pragma once

#include "harness/step/step_evidence.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

[[nodiscard]] StepJudgement judge_step(const StepEvidence& evidence);

// The part of a record that the plan alone tells.
[[nodiscard]] StepRecord record_of(const PlanStep& step);

}  // namespace rehearsal
