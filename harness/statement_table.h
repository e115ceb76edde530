// Which table a failed statement was about.
#pragma once

#include <string>
#include <vector>

#include "harness/schema.h"

namespace rehearsal {

// "schema.table" of the table that a DDL or DML statement works on, found in one of `schemas` as the schema was before
// the step; empty where the statement names none or the table is in none of them.
[[nodiscard]] std::string table_of_statement(const std::string& statement, const std::vector<std::string>& schemas,
                                             const Schema& before);

}  // namespace rehearsal
