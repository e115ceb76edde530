#include "harness/lane/kill_drill.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "harness/step/step_finding.h"
#include "reports/drills.h"

namespace rehearsal {

namespace {

// A run that was over before its moment came is repeated with the time that it took.
constexpr int kMostStrikes = 4;
constexpr double kSooner = 0.8;

class StepDriller {
 public:
  StepDriller(const StepRecord& passed, DrillSite& site) : passed_(passed), site_(site) {}

  StepDrill run() {
    StepDrill drill;
    std::vector<DrillRecord> planned = planned_drills();
    for (DrillRecord& record : planned) {
      Result<void> done = check_interrupt();
      if (done) {
        site_.tell(
            fmt::format("drill {} of {}: {}", drill.drills.size() + 1, planned.size(), drill_moment_text(record)));
        done = record.killed == Killed::nothing ? run_once_more(record) : kill_and_run_again(record);
      }
      if (!done) {
        record.end = DrillEnd::not_done;
        record.words = interrupted() ? "the run was interrupted" : first_line(done.error());
      }
      drill.drills.push_back(std::move(record));
    }
    drill.may_be_repeated = judged(drill.drills);
    return drill;
  }

 private:
  [[nodiscard]] static std::string first_line(const Error& error) {
    const std::string text = to_text(error);
    return text.substr(0, text.find('\n'));
  }

  [[nodiscard]] static Repeat judged(const std::vector<DrillRecord>& drills) {
    const auto ended = [&](DrillEnd end) {
      return std::count_if(drills.begin(), drills.end(), [&](const DrillRecord& one) { return one.end == end; });
    };
    if (ended(DrillEnd::stops) + ended(DrillEnd::differs) > 0) {
      return Repeat::no;
    }
    return ended(DrillEnd::not_done) == 0 ? Repeat::proven : Repeat::not_proven;
  }

  // A step without schema statements has none to be killed in.
  [[nodiscard]] std::vector<DrillRecord> planned_drills() const {
    std::vector<DrillRecord> planned;
    for (const DrillColumn& column : kDrillColumns) {
      if (column.in_longest_schema && (!passed_.talk || passed_.talk->longest_schema == 0)) {
        continue;
      }
      DrillRecord& record = planned.emplace_back();
      record.killed = column.killed;
      record.fraction = column.fraction;
      record.in_longest_schema = column.in_longest_schema;
    }
    return planned;
  }

  // The statement before the longest one has ended, and half of that one's time is over.
  [[nodiscard]] StrikeMoment moment_of(const DrillRecord& record, double whole) const {
    if (record.in_longest_schema) {
      return {.after = std::max<std::int64_t>(1, passed_.talk->longest_schema - 1), .seconds = whole / 2};
    }
    return {.after = 1, .seconds = whole * record.fraction};
  }

  // True where the run was broken off in the midst of its work; else the record says why it was not.
  Result<bool> strike(DrillRecord& record) {
    if (!passed_.talk || passed_.talk->statements == 0) {
      record.words = "the step was not seen to send its server a statement";
      return false;
    }
    double whole = record.in_longest_schema ? passed_.talk->longest_schema_seconds : passed_.talk->seconds;
    for (int i = 0; i < kMostStrikes; ++i) {
      REHEARSAL_TRY(site_.begin(DrillStart::before));
      REHEARSAL_TRY_SET(const Hit hit, site_.strike(record.killed, moment_of(record, whole)));
      record.until = hit.talk;
      if (hit.killed && hit.ended.statements < passed_.talk->statements) {
        return true;
      }
      if (!hit.killed && !hit.stopped.empty()) {
        record.words = "the run that was to be broken off stopped by itself: " + hit.stopped;
        return false;
      }
      whole *= kSooner;
      if (!record.in_longest_schema) {
        whole = std::min(whole, hit.killed ? hit.ended.seconds : hit.talk.seconds);
      }
    }
    record.words = fmt::format("the step was over before its moment came, {} times", kMostStrikes);
    return false;
  }

  Result<void> kill_and_run_again(DrillRecord& record) {
    REHEARSAL_TRY_SET(const bool struck, strike(record));
    if (!struck || !take(site_.run(), record)) {
      return {};
    }
    REHEARSAL_TRY_SET(StateDifference difference, site_.compare());
    if (!difference.rows.empty()) {
      if (!undisturbed_) {
        REHEARSAL_TRY_SET(undisturbed_, site_.compare_undisturbed());
      }
      difference = unexplained(std::move(difference), *undisturbed_);
    }
    tell(difference, record);
    return {};
  }

  Result<void> run_once_more(DrillRecord& record) {
    REHEARSAL_TRY(site_.begin(DrillStart::after));
    if (take(site_.run(), record)) {
      REHEARSAL_TRY_SET(const StateDifference difference, site_.compare());
      tell(difference, record);
    }
    return {};
  }

  // True where the second run passed, so that what it left is to be compared.
  static bool take(const Result<SecondRun>& again, DrillRecord& record) {
    if (!again) {
      record.words = first_line(again.error());
      return false;
    }
    if (again->status == StepStatus::passed) {
      return true;
    }
    record.end = again->status == StepStatus::failed ? DrillEnd::stops : DrillEnd::not_done;
    record.words = again->reason;
    return false;
  }

  static void tell(const StateDifference& difference, DrillRecord& record) {
    if (difference.none()) {
      record.end = DrillEnd::converges;
      return;
    }
    ToldDifference words = told(difference);
    record.end = DrillEnd::differs;
    record.words = std::move(words.words);
    record.table = std::move(words.table);
    record.row_count = words.row_count;
    record.rows = std::move(words.rows);
  }

  const StepRecord& passed_;
  DrillSite& site_;
  std::optional<StateDifference> undisturbed_;
};

// The first drill of this kind that ended so; null where none did.
const DrillRecord* first_drill(const StepDrill& drill, bool killed, DrillEnd end) {
  const auto found = std::find_if(drill.drills.begin(), drill.drills.end(), [&](const DrillRecord& one) {
    return (one.killed != Killed::nothing) == killed && one.end == end;
  });
  return found == drill.drills.end() ? nullptr : &*found;
}

}  // namespace

StepDrill drill_step(const StepRecord& passed, DrillSite& site) {
  return StepDriller(passed, site).run();
}

bool is_to_be_drilled(const std::optional<std::string>& wish, const StepRecord& step) {
  return wish && (wish->empty() ? step.phase != Phase::purge : *wish == step.id);
}

void tell_undrilled(const std::optional<std::string>& wish, std::vector<StepRecord>& steps) {
  for (StepRecord& step : steps) {
    if (!step.drill && is_to_be_drilled(wish, step)) {
      step.drill.emplace().why_not = step.taken_from.empty() ? "it did not run" : "it ran in run " + step.taken_from;
    }
  }
}

std::vector<Finding> drill_findings(const PlanStep& step, const StepDrill& drill) {
  std::vector<Finding> findings;
  const auto add = [&](const char* code, const DrillRecord* one, const std::string& title, const char* advice) {
    if (one == nullptr) {
      return;
    }
    Finding finding = finding_for(step, code, Severity::warning, title + ": " + one->words);
    std::vector<std::string> drills;
    for (const DrillRecord& other : drill.drills) {
      if ((other.killed == Killed::nothing) == (one->killed == Killed::nothing)) {
        drills.push_back(drill_text(other));
      }
    }
    finding.detail = fmt::format("The drills: {}. {}", join(drills, "; "), advice);
    finding.table = one->table;
    finding.row_count = one->row_count;
    finding.rows = one->rows;
    findings.push_back(std::move(finding));
  };
  const DrillRecord* stops = first_drill(drill, true, DrillEnd::stops);
  add("step-not-repeatable", stops,
      stops == nullptr ? "" : fmt::format("{} and run again, the step stops", drill_moment_text(*stops)),
      "After a crash in this step restore the state before it, then run it.");
  const DrillRecord* skips = first_drill(drill, true, DrillEnd::differs);
  add("step-skips-after-kill", skips,
      skips == nullptr
          ? ""
          : fmt::format("{} and run again, the step ends well, but its work is not whole", drill_moment_text(*skips)),
      "Nothing says so when it is repeated: after a crash in this step restore the state before it, then run it.");
  add("second-run-stops", first_drill(drill, false, DrillEnd::stops),
      "run a second time after it passed, the step stops", "Run it once only.");
  add("second-run-changes", first_drill(drill, false, DrillEnd::differs),
      "run a second time after it passed, the step changes what it had made", "Run it once only.");
  return findings;
}

}  // namespace rehearsal
