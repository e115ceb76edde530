// What became of the rows of one table between two moments, exactly: two servers, one table, a merge of two streams
// ordered by the key. Each row that changed is held against what is known beforehand (harness/diff/table_rules.h).
// Memory does not grow with the table. Values are compared in the database and here, and leave neither: the result has
// counts, columns, kinds of change and a few keys.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diff/diff_plan.h"
#include "harness/diff/kept_values.h"
#include "harness/diff/table_rules.h"
#include "reports/record.h"

namespace rehearsal {

inline constexpr std::size_t kKeysShown = 20;

using KeyValues = std::map<std::string, std::string>;  // column -> value, masked where it is not a surrogate key

// Rows in which the same columns changed in a way that nothing explains.
struct UnexplainedChange {
  std::vector<std::string> columns;  // sorted; names after the step
  bool unlike_rule = false;          // a rule speaks of one of them, and the row came out otherwise
  bool lost = false;                 // the rows are live, and a value of one of the columns is nowhere any more
  std::int64_t rows = 0;
  std::int64_t live = 0;        // of the rows, before the step
  std::int64_t kept = 0;        // of the rows: their values are in other rows that the step wrote
  std::vector<KeyValues> keys;  // of the first kKeysShown
};

// Rows that came or went and that nothing explains.
struct UnexpectedRows {
  std::int64_t rows = 0;
  std::int64_t live = 0;        // of these; of rows that went, before the step
  std::int64_t kept = 0;        // of the live ones that went: they are in other rows that the step wrote
  std::vector<KeyValues> keys;  // of the first kKeysShown; none without a key
};

struct DroppedColumn {
  std::string name;
  std::int64_t values = 0;  // rows with a value in it, not NULL
  std::int64_t live = 0;    // of these
  std::int64_t kept = 0;    // of the live ones: the value is in another row that the step wrote, or a new column
};

struct TableDiff {
  std::int64_t inserted = 0, deleted = 0;
  std::optional<std::int64_t> updated;  // none: the table has no key, so a changed row is one deleted and one inserted
  std::vector<ColumnChange> columns;    // of all updated rows
  std::vector<UnexplainedChange> changes;  // rows past the first kinds are one more entry of all columns
  UnexpectedRows gone, added;
  std::vector<DroppedColumn> dropped;                                // columns that held values
  std::vector<std::string> key;                                      // names after the step; empty: none
  std::vector<std::pair<std::string, std::string>> renamed_columns;  // before -> after, by the log or by equal values
  std::vector<std::string> rules_not_asked;  // rules whose SQL this table does not take, and why: they excused nothing
};

// A state of the table: two connections to one server, as a stream occupies one. prepare_for_diff() was called on both.
struct DiffSide {
  Sql& stream;
  Sql& lookup;
  std::string table;  // schema.table
};

// Session settings of a comparison: nothing that the service's mode refuses may bend a value that is read.
[[nodiscard]] Result<void> prepare_for_diff(Sql& sql);

// What is known of a step beside its rows.
struct DiffHints {
  TableRules rules;
  std::map<std::string, std::string> renamed;  // columns that the log saw renamed, before -> after
  WrittenPlaces written;                       // where values that are gone may be kept
};

// The names may differ: a table compared with what it may have been renamed to. An Error says that a table cannot be
// read, or that both servers disagree about an order.
[[nodiscard]] Result<TableDiff> compare_tables(const DiffSide& before, const DiffSide& after,
                                               const DiffHints& hints = {});

// The rows of a table that is gone, by what they were before. `after`: a connection to the state that the step left.
[[nodiscard]] Result<UnexpectedRows> rows_of_dropped(const DiffSide& before, Sql& after, const WrittenPlaces& written);

}  // namespace rehearsal
