// The steps of one service over a path.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenarios/plan.h"

namespace rehearsal {

// A service as the snapshot has it, and as the scenario wants it.
struct LaneSource {
  const Service& service;
  const ScenarioService& wishes;
  const SnapshotFacts& facts;
  const ServiceState& state;
};

// `purged`: the purge command of the path's first release runs first. What the lane itself tells of leaves the plan's
// findings, and what is to be said of the scenario's options is added to them.
[[nodiscard]] Result<Lane> plan_lane(const LaneSource& source, const Catalogue& catalogue, bool purged, Plan& plan);

// A lane's steps for an empty database: the catalogue's schema names, one cell for all cells, and only the phases that
// change the schema. The first `start_steps` make the schema of the path's first release.
struct ReferenceLane {
  Lane lane;
  std::size_t start_steps = 0;
  // Where a schema of the reference starts, if not where the first release ends; these may lie before or after it.
  std::map<std::string, std::vector<std::string>> start_heads = {};
};
// `wishes` count but for the names of the schemas.
[[nodiscard]] Result<ReferenceLane> plan_reference(const Service& service, ScenarioService wishes, const Path& path);

// The start_heads of a reference for this lane: of a role whose schemas all start at the same revisions.
[[nodiscard]] std::map<std::string, std::vector<std::string>> reference_start_heads(const Service& service,
                                                                                    const Lane& lane);

}  // namespace rehearsal
