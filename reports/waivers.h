// Waivers on a run record: what the operator knows of and answers for counts one step less, and is said to. Pure.
#pragma once

#include <string>

#include "reports/record.h"

namespace rehearsal {

// Takes each blocker and warning that a waiver of the record means down one step, once, and sets what became of each
// waiver. `today`: "2027-01-31", UTC; a waiver counts on the day of its `until` too. Gates and verdict come after it.
void apply_waivers(RunRecord& record, const std::string& today);

// What became of a waiver, in one line: "rows-deleted in s.t until 2027-01-31 (OPS-17): REASON; 1 finding counts one
// step less".
[[nodiscard]] std::string waiver_text(const WaiverRecord& waiver);

// Why a finding counts less than it would: "waived until 2027-01-31 (OPS-17): REASON; it would be a blocker".
[[nodiscard]] std::string waived_text(const Waived& waived);

// The step failed, and for findings only that are waived and told.
[[nodiscard]] bool is_waived(const RunRecord& record, const StepRecord& step);

}  // namespace rehearsal
