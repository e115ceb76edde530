// Where a path begins: the release that a snapshot's schemas agree on, and what is reported about those that do not.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "scenarios/plan.h"

namespace rehearsal {

// "every schema's revisions agree on": the release that all services to be rehearsed are at. An Error of kind
// `wrong_scenario` where there is none or more than one; it names the one service that does not fit, where it is one.
[[nodiscard]] Result<std::string> detected_release(const std::vector<ServiceState>& states);

// An Error of kind `wrong_scenario` where the data contradicts the path's first release beyond doubt: a schema's
// revision, and its objects where they are known, are of no release up to it, and are of one that the path comes to or
// of one beyond its end. It names the release.
[[nodiscard]] Result<void> check_first_release(const std::vector<ServiceState>& states, const Path& path);

// At releases before this one.
[[nodiscard]] bool is_behind(const ServiceState& state, const std::string& schema, const std::string& release);

// Findings on schemas that are not at the path's first release, and on upgrades that were not finished.
void compare_with_release(const Catalogue& catalogue, const std::vector<ServiceState>& states,
                          const SnapshotFacts& facts, const std::string& release, Plan& plan);

}  // namespace rehearsal
