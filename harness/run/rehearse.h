// A rehearsal from scenario to run record: scan, plan, prepare, restore or reuse, run the lanes, judge.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/engine_kind.h"
#include "base/result.h"
#include "base/talk.h"
#include "harness/engines/engine.h"
#include "harness/server/run_request.h"
#include "harness/server/state.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/scenario.h"

namespace rehearsal {

// What was asked for, and where it is done. What it refers to outlives the run.
struct RehearsalRequest {
  const RunRequest& asked;  // what of its wish is the scenario's (purged, sample_seconds) stands there
  std::reference_wrapper<const Catalogue> catalogue;
  const Scenario& scenario;
  std::filesystem::path state;
  EngineOptions engine_options;
  EngineKind engine;  // that is taken
  int jobs = 0;       // lanes side by side; 0: as many as there are processors, at most 4

  // Go on with what the run directory keeps of an earlier session.
  [[nodiscard]] bool resume() const { return asked.sessions.size() > 1; }
};

struct Rehearsal {
  RunRecord record;
  bool interrupted = false;  // the record holds what was known until then
  bool broken_off = false;   // by a failure of the harness in a lane; `rehearse resume` can go on
  std::string look_at;       // a failed step that `rehearse shell` can show; empty: none
};

// Runs everything; writes nothing but what the run directory keeps. An Error is a failure of the harness, a wrong
// scenario or an unusable dump; a failing upgrade is a value.
[[nodiscard]] Result<Rehearsal> rehearse(const RehearsalRequest& request, const RunDir& run, Talk& talk);

}  // namespace rehearsal
