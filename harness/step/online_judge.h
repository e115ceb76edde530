// Judging what online data migrations left behind: rows that no pass can migrate, rows that wait behind them because
// the command looks at no more than a batch at a time, and rows that the migration lost sight of. Pure.
#pragma once

#include "harness/step/step_judge.h"

namespace rehearsal {

// Fills in the record's migrations and adds what they left as findings. Rows that must be at zero fail the step and
// stop the lane; those that the catalogue says no release needs there are a condition.
void judge_online(const StepEvidence& evidence, StepJudgement& judgement);

}  // namespace rehearsal
