// What a difference of schemas says about rows: which tables may be others under a new name, which alterations may have
// changed values, which columns are new. Pure.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/diff/schema.h"
#include "reports/record.h"

namespace rehearsal {

// Dropped and created tables of the same or nearly the same shape (three of four columns by name), each in one pair at
// the most, the most alike first. Only their rows can tell whether it was a rename.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> renamed_tables(const Schema& before,
                                                                              const Schema& after);

// False where an altered table got new columns or keys only, lost columns, or columns changed their default or place.
[[nodiscard]] bool may_change_values(const SchemaChange& change);

// Columns that the alteration added.
[[nodiscard]] std::set<std::string> added_columns(const SchemaChange& change);

}  // namespace rehearsal
