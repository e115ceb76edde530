// Making a service's fingerprints: its releases' own commands, one after the other, on empty schemas. What each
// revision did is found by running the logged statements again on copies beside them, revision by revision.
#pragma once

#include "base/result.h"
#include "harness/server/lane_context.h"
#include "scenarios/lane_plan.h"
#include "scenarios/plan.h"
#include "scenarios/schema/fingerprint.h"

namespace rehearsal {

// `context` is that of a lane whose golden is an empty data directory. An Error where a step fails, or where the copies
// do not come out as the schemas did.
[[nodiscard]] Result<Fingerprints> make_fingerprints(const ReferenceLane& reference, const LaneContext& context);

}  // namespace rehearsal
