// Time and locks, as every report shows them: which statements of a run were slow or kept others waiting, slowest
// first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

struct ToldStatement {
  const StepRecord* step = nullptr;
  const StatementRecord* statement = nullptr;  // both of the record, which must outlive this
};

// The statements of all steps, slowest first; those of no time, no copy and no wait are left out.
[[nodiscard]] std::vector<ToldStatement> told_statements(const RunRecord& record);

// The statement that kept a writer waiting longest; nullptr where none was seen waiting.
[[nodiscard]] const StatementRecord* longest_wait(const RunRecord& record);

// Short times too: "7 ms", "0.4 s", "3 min 05 s"; "–" where it was not measured.
[[nodiscard]] std::string wait_text(const std::optional<double>& seconds);

}  // namespace rehearsal
