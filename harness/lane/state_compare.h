// Two servers of a lane whose states should be the same, held against each other: schema, revisions, rows.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/lane/drill_difference.h"
#include "harness/server/run_server.h"
#include "harness/step/observe.h"

namespace rehearsal {

// A server, and what was read from it.
struct ComparedState {
  RunServer& server;
  const Observer& observer;
};

// Rows are compared in `tables` that both sides have, but for those that hold the revision (`revision_tables`).
[[nodiscard]] Result<StateDifference> compare_states(const ComparedState& should_be, const ComparedState& is,
                                                     const std::set<std::string>& tables,
                                                     const std::vector<std::string>& revision_tables);

}  // namespace rehearsal
