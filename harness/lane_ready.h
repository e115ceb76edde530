// What a clone of the golden needs before a service's steps may run on it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "harness/step_exec.h"
#include "scenarios/plan.h"
#include "snapshots/sql.h"

namespace rehearsal {

// The service's account, and the stored connection strings rewritten to it. What was rewritten, for the report.
[[nodiscard]] Result<std::vector<std::string>> make_ready(Sql& sql, const Lane& lane, const ServiceAccount& account,
                                                          const std::vector<std::string>& schemas);

}  // namespace rehearsal
