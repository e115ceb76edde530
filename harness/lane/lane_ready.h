// What a clone of the golden needs before a service's steps may run on it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/step/step_exec.h"
#include "scenarios/plan.h"

namespace rehearsal {

// The service's account, tables that the dump leaves out, and the stored connection strings rewritten to the account.
// What was done to the data, for the report.
[[nodiscard]] Result<std::vector<std::string>> make_ready(Sql& sql, const Lane& lane, const Service& service,
                                                          const ServiceAccount& account,
                                                          const std::vector<std::string>& schemas);

}  // namespace rehearsal
