// The keys of rows that INSERT statements carried, read from their text: a migration that copies rows one by one or in
// batches shows there which of them collide.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rehearsal {

using InsertedKey = std::vector<std::string>;

// How often each key was in the INSERT statements into `table` (without its schema). Statements that name no columns or
// insert from a SELECT are left out; so are rows whose key holds NULL or an expression.
[[nodiscard]] std::map<InsertedKey, int> inserted_keys(const std::deque<std::string>& statements,
                                                       const std::string& table,
                                                       const std::vector<std::string>& key_columns);

struct InsertedSelect {
  std::vector<std::string> columns;
  std::string sql;
};
// The last INSERT … SELECT into the table: the columns that it names (none: all of the table) and its SELECT.
[[nodiscard]] std::optional<InsertedSelect> inserted_select(const std::deque<std::string>& statements,
                                                            const std::string& table);

// The tables that the last SELECT before the last INSERT into the table reads.
[[nodiscard]] std::vector<std::string> tables_read_before(const std::deque<std::string>& statements,
                                                          const std::string& table);

}  // namespace rehearsal
