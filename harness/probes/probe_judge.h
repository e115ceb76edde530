// What the answers of a lane's codes say: which moments each release's code lived through, what broke it, and whether
// that matters. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/step/code_answers.h"
#include "reports/record.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"

namespace rehearsal {

struct JudgedProbes {
  std::vector<ProbeRecord> records;  // one for each moment and code
  std::vector<Finding> findings;     // one for each release's code and what broke it
};

// A question that fails at the first moment is left out: it says nothing about the upgrade. So is one for a table that
// the new release's code knows and no step made.
[[nodiscard]] JudgedProbes judge_probes(const Lane& lane, const std::vector<MomentAnswers>& answers,
                                        std::optional<Downtime> downtime);

}  // namespace rehearsal
