// A chain of revisions of a sub-project or plug-in counts as rehearsed when its migrations are in the environments that
// run the service's steps, not when the scenario says so.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "harness/server/runners.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Whether code in a virtual environment names this revision table as its own: migrations do, outside of tests.
[[nodiscard]] bool holds_chain(const std::filesystem::path& environment, const std::string& table);

// The claims that do not hold, and why. What runs in an image or by a command of the operator's is not looked into: a
// distribution that the catalogue knows is believed there, another is not.
[[nodiscard]] std::vector<std::pair<ChainClaim, std::string>> unproven_chains(const std::vector<ChainClaim>& claims,
                                                                              const Runners& runners);

// The catalogue for what runs after the plan: a claimed chain's table is a revision table like the service's own, so
// that what its migrations write there is no change of rows.
[[nodiscard]] Catalogue with_chains(const Catalogue& catalogue, const std::vector<ChainClaim>& claims);

}  // namespace rehearsal
