// One comparison of two states of a table by a plan: the merge of the two streams, and the lookups of rows that
// changed, came or went.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "harness/diff/diff_plan.h"
#include "harness/diff/loss_check.h"
#include "harness/diff/rule_questions.h"
#include "harness/diff/table_diff.h"

namespace rehearsal {

struct Compared {
  TableDiff diff;                    // without the columns that were dropped
  std::optional<std::string> wrong;  // a supposed rename that is none: the column's name before; the rest is void
};

[[nodiscard]] Result<Compared> compare_by(const DiffPlan& plan, const DiffSide& before, const DiffSide& after,
                                          const RuleQuestions& questions, LossCheck& losses);

}  // namespace rehearsal
