// The catalogue's invariants of a lane's service: asked before the path and after it, and compared.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/audit/questions.h"
#include "harness/step/lane_outcome.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

// The questions for the lane's schemas as they are now. One that no form fits is asked by the first form all the same:
// what the server says about it is reported.
[[nodiscard]] Result<std::vector<Question>> invariant_questions(Sql& sql, const std::vector<Invariant>& invariants,
                                                                const Service& service, const Lane& lane);

// A blocker for each number that changed; what could not be asked is named. Nothing for a lane that did not come to the
// end of the path. Where the lane went on with fixes, it may be they that changed a number: that is information only.
[[nodiscard]] std::vector<Finding> invariant_findings(const std::vector<Invariant>& invariants, const Service& service,
                                                      const Lane& lane, const LaneOutcome& outcome);

}  // namespace rehearsal
