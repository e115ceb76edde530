// A part of an online migration's work told for the whole: how fast it went while it was let run, and with that the
// time until nothing is left.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/step/online_output.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

// Rows that the migrations of `progress` still have to do, counted by the catalogue's rules for what they make of a
// row, in all of the step's schemas. Migrations of which no rule tells that are left out. `lane`: role or part ->
// schema.
[[nodiscard]] Result<std::map<std::string, std::int64_t>> count_rows_to_do(
    Sql& sql, const Service& service, const std::map<std::string, std::string>& lane, const PlanStep& step,
    const std::vector<OnlineMigration>& migrations);

// What the sample told, as a finding that is information. `seconds`: how long the command was let run.
[[nodiscard]] Finding tell_sample(const PlanStep& step, const std::vector<OnlineMigration>& migrations,
                                  const std::map<std::string, std::int64_t>& to_do, double seconds);

}  // namespace rehearsal
