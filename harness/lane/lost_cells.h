// Cells that a service's mappings name and whose database is not in the snapshot. The service's commands are run with
// the mappings as they are; what stops for them is told, and the lane goes on without them on a clone. What is taken
// out there is no fix: rows of production that nobody has looked at are never proposed to be deleted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/lane/recovery.h"
#include "harness/lane/server_attempt.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Of cells that were not dumped: their mappings, and what points to them, are taken out on a clone. What was done, for
// the report.
[[nodiscard]] Result<std::vector<std::string>> set_aside_elsewhere(Sql& sql, const Lane& lane, const Service& service);

class LostCells {
 public:
  explicit LostCells(const LaneView& view) : view_(view) {}

  // Before the first step: counts what points to the mappings.
  Result<void> start(Sql& sql);
  // Whether a step that failed may have failed for them.
  [[nodiscard]] bool may_stop() const;
  // Tries the step without their mappings, on a clone of the checkpoint before it. Where it passes, the recovery holds
  // the server on which it did and the findings; otherwise it holds nothing.
  [[nodiscard]] Result<Recovery> recover(const FailedAttempt& failed);
  // At the end of the lane: of those for which no step stopped, beside what is `told` already.
  [[nodiscard]] std::vector<Finding> findings(const std::vector<Finding>& told) const;

 private:
  [[nodiscard]] Finding finding(const std::vector<const CellWithoutDatabase*>& cells) const;

  const LaneView& view_;
  std::vector<std::vector<std::int64_t>> pointing_;  // of each cell, by the rule's `pointing`
  bool aside_ = false;
};

}  // namespace rehearsal
