// What became of the rows of one table between two moments, exactly: two servers, one table, a merge of two streams
// ordered by the key. Memory does not grow with the table. Values are compared in the database and here, and leave
// neither: the result has counts, columns, kinds of change and a few keys.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "harness/diff/diff_plan.h"
#include "reports/record.h"
#include "snapshots/sql.h"

namespace rehearsal {

inline constexpr std::size_t kKeysShown = 20;

using KeyValues = std::map<std::string, std::string>;  // column -> value, masked where it is no surrogate key

// Updated rows in which the same columns changed.
struct ChangedColumns {
  std::vector<std::string> columns;  // sorted; names after the step
  std::int64_t rows = 0;
  std::vector<KeyValues> keys;  // of the first kKeysShown
};

struct TableDiff {
  std::int64_t inserted = 0, deleted = 0;
  std::optional<std::int64_t> updated;  // none: the table has no key, so a changed row is one deleted and one inserted
  std::vector<ColumnChange> columns;
  std::vector<ChangedColumns>
      changes;  // of the updated rows; rows past the first kinds are one more entry of all columns
  std::vector<KeyValues> deleted_keys;                               // the first kKeysShown
  std::vector<std::string> key;                                      // names after the step; empty: none
  std::vector<std::pair<std::string, std::string>> renamed_columns;  // before -> after: all values agree
};

// A state of the table: two connections to one server, as a stream occupies one. prepare_for_diff() was called on both.
struct DiffSide {
  Sql& stream;
  Sql& lookup;
  std::string table;  // schema.table
};

// Session settings of a comparison: nothing that the service's mode refuses may bend a value that is read.
[[nodiscard]] Result<void> prepare_for_diff(Sql& sql);

// The names may differ: a table compared with what it may have been renamed to. An Error says that a table cannot be
// read, or that both servers disagree about an order.
[[nodiscard]] Result<TableDiff> compare_tables(const DiffSide& before, const DiffSide& after);

}  // namespace rehearsal
