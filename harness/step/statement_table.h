// Which table a failed statement was about.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace rehearsal {

// "schema.table" of the table that a DDL or DML statement works on: the first of `schemas` in which `tables` knows one
// of that name; empty where the statement names none or the table is in none of them.
[[nodiscard]] std::string table_of_statement(const std::string& statement, const std::vector<std::string>& schemas,
                                             const std::set<std::string>& tables);

}  // namespace rehearsal
