// The checks on consistency once more, at the end of the path: what was right in the snapshot and is not any more. Each
// lane leaves the columns that the checks read (end_tables.h); they are put beside the snapshot's own tables on a clone
// of the golden, and what both answer is compared there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/run/end_tables.h"
#include "harness/run/golden.h"
#include "harness/run/snapshot.h"
#include "harness/server/workplace.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct EndContext {
  const Workplace& place;
  const Golden& golden;
  const Snapshot& snapshot;
  const Plan& plan;
};

// What a lane leaves of its tables when it has come to the end of the path.
[[nodiscard]] std::function<Result<void>(Sql&)> leave_tables(const EndContext& context, const Lane& lane);

// A warning for each check that finds rows at the end that it does not find in the snapshot. Rows that were changed
// after the earliest dump and before this run are counted apart: they may differ because of when the dumps were taken.
// What the lanes left is gone afterwards.
[[nodiscard]] Result<std::vector<Finding>> audit_ends(const EndContext& context, const std::string& run_started);

// A check with the schemas that it is asked of: none where it cannot be asked.
struct EndCheck {
  const ConsistencyCheck& check;
  std::vector<ConsistencyQuery> before, after;
};
// `younger`: rows changed from then on and before `run_started` ("2026-11-24 04:12:00", UTC) are not news.
[[nodiscard]] Result<std::optional<Finding>> compare_ends(Sql& sql, const EndCheck& check,
                                                          const std::optional<std::string>& younger,
                                                          const std::string& run_started);

}  // namespace rehearsal
