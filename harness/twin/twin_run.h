// Making a twin: a release's own commands on empty schemas, on a server of their own.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "harness/server/lane_context.h"
#include "harness/twin/database_defaults.h"
#include "harness/twin/twin.h"
#include "scenarios/lane_plan.h"

namespace rehearsal {

// `context` is that of a lane whose golden is an empty data directory; its counts are not used. An Error where the
// first release's schema cannot be made; a later step that fails is part of the twin.
[[nodiscard]] Result<Twin> make_twin(const ReferenceLane& reference,
                                     const std::map<std::string, DatabaseDefaults>& defaults,
                                     const LaneContext& context);

}  // namespace rehearsal
