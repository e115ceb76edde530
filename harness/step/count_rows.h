// Counting rows of tables and columns that a schema has only from some release on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

// The number that `query` answers; none where the schema lacks a table or column that it names. `what` is counted, for
// the error where the server refuses for another reason: "counting what m still has to do".
[[nodiscard]] Result<std::optional<std::int64_t>> count_where_there(Sql& sql, const std::string& query,
                                                                    const std::string& what);

}  // namespace rehearsal
