// What a snapshot holds of each service, and which release it may be at.
#pragma once

#include <string>
#include <vector>

#include "scenarios/snapshot_facts.h"

namespace rehearsal {

[[nodiscard]] std::vector<ServiceState> detect(const Catalogue& catalogue, const Scenario& scenario,
                                               const SnapshotFacts& facts);

// The tables whose rows detect() and the plan want captured: shell patterns on table names.
[[nodiscard]] std::vector<std::string> capture_patterns(const Catalogue& catalogue);

}  // namespace rehearsal
