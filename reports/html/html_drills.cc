// Steps that were killed and run again: one row a step, one cell a drill.
#include <fmt/core.h>

#include "base/text.h"
#include "reports/drills.h"
#include "reports/html/html_parts.h"

namespace rehearsal::page {

namespace {

Data drill_cell(const StepDrill& drill, const DrillColumn& column, const PageLimits& limits) {
  const DrillRecord* one = drill_at(drill, column);
  Data cell;
  cell.set("label", column.title);
  cell.set("done", one != nullptr);
  if (one != nullptr) {
    cell.set("mark", mark_of(one->end));
    cell.set("words", text(drill_end_text(*one), limits.line));
    cell.set("when", one->end == DrillEnd::not_done ? Data(false) : text(drill_text(*one), limits.line));
  }
  return cell;
}

}  // namespace

void set_drills(Data& page, const RunRecord& record, const PageLimits& limits) {
  const std::vector<const StepRecord*> steps = drilled_steps(record);
  List titles;
  for (const DrillColumn& column : kDrillColumns) {
    titles.push_back(Data(std::string(column.title)));
  }
  List rows;
  for (const StepRecord* step : steps) {
    if (rows.size() >= limits.steps) {
      break;
    }
    const StepDrill& drill = *step->drill;
    List cells;
    for (const DrillColumn& column : kDrillColumns) {
      cells.push_back(drill_cell(drill, column, limits));
    }
    Data row;
    row.set("id", step->id);
    row.set("anchor", anchor_of(step->id));
    row.set("cells", cells);
    row.set("repeat_mark", mark_of(drill.may_be_repeated));
    row.set("repeat", text(repeat_text(drill), limits.line));
    row.set("talk", step->talk
                        ? Data(fmt::format("talks for {:.2f} s, {}", step->talk->seconds,
                                           plural(static_cast<std::uint64_t>(step->talk->statements), "statement")))
                        : Data(false));
    rows.push_back(row);
  }
  page.set("has_drills", !steps.empty());
  page.set("drill_method", drill_method_text());
  page.set("drill_sum", steps.empty() ? std::string() : drills_sum_text(steps));
  page.set("drill_titles", titles);
  page.set("more_drills", more(steps.size(), rows.size()));
  page.set("drills", rows);
}

}  // namespace rehearsal::page
