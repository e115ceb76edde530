// Drift as findings: what stands in the way of a step is a warning that names the step, all else is told once a table.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/server/lane_context.h"
#include "harness/step/lane_outcome.h"
#include "harness/twin/drift.h"
#include "harness/twin/twin.h"
#include "reports/record.h"

namespace rehearsal {

// Tables that are not the schema's own but belong to how it is migrated: revision tables, and what earlier ways to
// migrate left over.
[[nodiscard]] std::set<std::string> bookkeeping_tables(const Service& service);

// One a table or, where three tables or more differ alike, one an object with the cause that they share (see
// reports/one_cause.h). "schema-drift" for the start, "outcome-differs" for what is only different at the end. A schema
// that is at another revision than the reference is not compared, which is told.
[[nodiscard]] std::vector<Finding> drift_findings(const Twin& twin, const LaneSchemas& production,
                                                  const Service& service, const std::string& release);

}  // namespace rehearsal
