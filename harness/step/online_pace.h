// How fast a step's online migrations went, and which batch size fits this data. Pure.
//
// The time to zero is measured: the operator's command ran until nothing was left. The batch size is derived from the
// longest transaction that the server logged. Where a transaction holds many rows, they are locked until it ends: so
// many rows as keep it below kLongestLock. Where each row is a transaction of its own, the batch size only decides how
// often the command returns: about a minute's work.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/step/step_statements.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

inline constexpr double kLongestLock = 1;  // seconds

struct OnlinePace {
  std::int64_t migrated = 0;
  double rows_per_second = 0;  // the program's start included
  std::int64_t batch = 0;      // for the command's option; 1, 2 or 5 times a power of ten, from 50 to 10,000
  bool limited_by_locks = false;
};

// "--max-count": the option of the command that proves what remains, for the rows of a batch; empty where it has none.
[[nodiscard]] std::string batch_option(const PlanStep& step);

// None where no row was migrated.
[[nodiscard]] std::optional<OnlinePace> pace_of(const StepRecord& record, const Transaction& longest);

// The finding `online-pace`, for information; none for steps that are not online migrations or migrated nothing.
[[nodiscard]] std::vector<Finding> tell_pace(const PlanStep& step, const StepRecord& record,
                                             const StepStatements& statements);

}  // namespace rehearsal
