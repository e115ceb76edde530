// What the drills of a step are told as: steps that were killed and run again. Pure.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

// How every drill is made; one paragraph for the whole report.
[[nodiscard]] std::string drill_method_text();

// "killed at a tenth of its time", "its server killed at half of its time", "run once more"
[[nodiscard]] std::string drill_moment_text(const DrillRecord& drill);
// "converges", "stops: Table 't' already exists (1050)", "differs: …", "not done: …"
[[nodiscard]] std::string drill_end_text(const DrillRecord& drill);
// All of a drill in a sentence: its moment, what the server had done by then, and how the second run ended.
[[nodiscard]] std::string drill_text(const DrillRecord& drill);
// "yes, proven by 5 drills", "no", "not proven: 1 of 5 drills could not be done"
[[nodiscard]] std::string repeat_text(const StepDrill& drill);

// One character beside a word; never alone: ✓ ✗ –
[[nodiscard]] const char* mark_of(DrillEnd end);
[[nodiscard]] const char* mark_of(Repeat repeat);

// The drills of a step, as the columns of a table. Only a step with schema statements has the one within the longest.
struct DrillColumn {
  const char* title = "";
  Killed killed = Killed::step;
  double fraction = 0;
  bool in_longest_schema = false;
};
inline constexpr std::array<DrillColumn, 6> kDrillColumns = {
    {{.title = "Killed at 1/10", .fraction = 0.1},
     {.title = "at 1/2", .fraction = 0.5},
     {.title = "at 9/10", .fraction = 0.9},
     {.title = "in its longest schema statement", .in_longest_schema = true},
     {.title = "Server killed at 1/2", .killed = Killed::server, .fraction = 0.5},
     {.title = "Second run", .killed = Killed::nothing}}};

// The drill of a step in this column; null where there was none.
[[nodiscard]] const DrillRecord* drill_at(const StepDrill& drill, const DrillColumn& column);

// "2 of 7 steps may be repeated after a crash"; of drilled steps.
[[nodiscard]] std::string drills_sum_text(const std::vector<const StepRecord*>& steps);

// Steps with drills, in the record's order; the record must outlive them.
[[nodiscard]] std::vector<const StepRecord*> drilled_steps(const RunRecord& record);

}  // namespace rehearsal
