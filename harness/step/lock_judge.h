// What an operator must know of a step's locks: tables that were copied while nobody could write to them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Fewer rows are copied before an API's users notice; told for information.
inline constexpr std::int64_t kRowsThatBlock = 100'000;

// One finding `blocking-copy` for each table that the step's statements copied.
[[nodiscard]] std::vector<Finding> judge_locks(const PlanStep& step, const std::vector<StatementRecord>& statements);

}  // namespace rehearsal
