#include "reports/drills.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

std::string fraction_text(double fraction) {
  if (fraction == 0.5) {
    return "half";
  }
  const long tenths = std::lround(fraction * 10);
  return tenths == 1 ? "a tenth" : tenths == 9 ? "nine tenths" : fmt::format("{} tenths", tenths);
}

std::string count_words(std::int64_t count, const char* singular) {
  return plural(static_cast<std::uint64_t>(count), singular);
}

}  // namespace

std::string drill_method_text() {
  return "Each step that passed was killed on copies of the state before it and run again as it is, and what it left "
         "was compared with what it left undisturbed: schema, revisions, and the rows of the tables that it touches. "
         "Its time is the time in which it talks to its server, from its first statement to its last as it ran "
         "undisturbed; the clock of a drill starts when the server has logged the first statement of the run that is "
         "killed. A schema statement that was under way when the step was killed goes on without it, as in production. "
         "Its longest schema statement is the longest of those that work only once, as ADD COLUMN does, where it has "
         "such. "
         "Other moments than these were not tried.";
}

std::string drill_moment_text(const DrillRecord& drill) {
  switch (drill.killed) {
    case Killed::step:
      return drill.in_longest_schema ? "killed in its longest schema statement"
                                     : "killed at " + fraction_text(drill.fraction) + " of its time";
    case Killed::server:
      return "its server killed at " + fraction_text(drill.fraction) + " of its time";
    case Killed::nothing:
      return "run once more after it passed";
  }
  return {};
}

std::string drill_end_text(const DrillRecord& drill) {
  switch (drill.end) {
    case DrillEnd::not_done:
      return "not done: " + drill.words;
    case DrillEnd::converges:
      return drill.killed == Killed::nothing ? "changes nothing" : "converges";
    case DrillEnd::stops:
      return "stops: " + drill.words;
    case DrillEnd::differs:
      return (drill.killed == Killed::nothing ? "changes: " : "ends well, but ") + drill.words;
  }
  return {};
}

std::string drill_text(const DrillRecord& drill) {
  std::string text = drill_moment_text(drill);
  if (drill.killed != Killed::nothing && drill.end != DrillEnd::not_done) {
    text += fmt::format(" ({:.2f} s after its first statement, {} done, {} of the schema) and run again",
                        drill.until.seconds, count_words(drill.until.statements, "statement"),
                        drill.until.schema_statements);
  }
  return text + (drill.end == DrillEnd::not_done ? ": " : ", it ") + drill_end_text(drill);
}

std::string repeat_text(const StepDrill& drill) {
  const auto not_done = std::count_if(drill.drills.begin(), drill.drills.end(),
                                      [](const DrillRecord& one) { return one.end == DrillEnd::not_done; });
  const auto all = static_cast<std::int64_t>(drill.drills.size());
  switch (drill.may_be_repeated) {
    case Repeat::proven:
      return "yes, proven by " + count_words(all, "drill");
    case Repeat::no:
      return "no";
    case Repeat::not_proven:
      break;
  }
  if (!drill.why_not.empty()) {
    return "not proven: " + drill.why_not;
  }
  return fmt::format("not proven: {} of {} could not be done", not_done, count_words(all, "drill"));
}

const char* mark_of(DrillEnd end) {
  switch (end) {
    case DrillEnd::not_done:
      return "–";
    case DrillEnd::converges:
      return "✓";
    case DrillEnd::stops:
    case DrillEnd::differs:
      return "✗";
  }
  return "–";
}

const char* mark_of(Repeat repeat) {
  switch (repeat) {
    case Repeat::not_proven:
      return "–";
    case Repeat::proven:
      return "✓";
    case Repeat::no:
      return "✗";
  }
  return "–";
}

const DrillRecord* drill_at(const StepDrill& drill, const DrillColumn& column) {
  const auto found = std::find_if(drill.drills.begin(), drill.drills.end(), [&](const DrillRecord& one) {
    return one.killed == column.killed && one.fraction == column.fraction &&
           one.in_longest_schema == column.in_longest_schema;
  });
  return found == drill.drills.end() ? nullptr : &*found;
}

std::string drills_sum_text(const std::vector<const StepRecord*>& steps) {
  const auto proven = std::count_if(steps.begin(), steps.end(), [](const StepRecord* step) {
    return step->drill->may_be_repeated == Repeat::proven;
  });
  return fmt::format("{} of {} may be repeated after a crash", proven, plural(steps.size(), "step"));
}

std::vector<const StepRecord*> drilled_steps(const RunRecord& record) {
  std::vector<const StepRecord*> steps;
  for (const StepRecord& step : record.steps) {
    if (step.drill) {
      steps.push_back(&step);
    }
  }
  return steps;
}

}  // namespace rehearsal
