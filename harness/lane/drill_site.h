// Where a step is killed and run again: all of a drill that needs servers. Which drills there are, and what follows
// from them, is decided in harness/lane/kill_drill.h.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "harness/lane/drill_difference.h"
#include "reports/record.h"

namespace rehearsal {

enum class DrillStart { before, after };  // the step

// When a run is broken off: so many seconds after this statement of it has ended.
struct StrikeMoment {
  std::int64_t after = 1;
  double seconds = 0;
};

// What became of a run that was to be broken off.
struct Hit {
  bool killed = false;  // false: it was over before
  std::string stopped;  // then: what it stopped with by itself; empty: it passed
  TalkTime talk;        // until it was broken off, or to its end
  TalkTime ended;       // when it was broken off, to the end of the last statement; what was under way is in `talk` too
};

struct SecondRun {
  StepStatus status = StepStatus::passed;
  std::string reason;  // where it did not pass; masked
};

class DrillSite {
 public:
  DrillSite() = default;
  DrillSite(const DrillSite&) = delete;
  DrillSite& operator=(const DrillSite&) = delete;
  virtual ~DrillSite() = default;

  // A new copy of the state before or after the step, with a server of its own; the one before it goes.
  [[nodiscard]] virtual Result<void> begin(DrillStart start) = 0;
  // Runs the step there and kills it, or the server under it. Returns when the server has let go of the step's
  // connections, one that was killed once it is back on its data.
  [[nodiscard]] virtual Result<Hit> strike(Killed victim, const StrikeMoment& moment) = 0;
  // Runs the step there as it is.
  [[nodiscard]] virtual Result<SecondRun> run() = 0;
  // What is there now against what the step left when it passed.
  [[nodiscard]] virtual Result<StateDifference> compare() = 0;
  // The same after one more undisturbed run, on a copy of its own of the state before the step.
  [[nodiscard]] virtual Result<StateDifference> compare_undisturbed() = 0;
  // What goes on, for the operator.
  virtual void tell(const std::string& words) = 0;
};

}  // namespace rehearsal
