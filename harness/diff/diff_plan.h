// How two states of one table are compared: which columns pair up, by which key, and in which form their values mean
// the same on both sides (utf8mb3 and utf8mb4 text, int and bigint, DATETIME and DATETIME(6), DECIMAL of another
// scale). Pure: layouts in, plan out.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/diff/table_layout.h"

namespace rehearsal {

enum class Side { before, after };

// One column on both sides. Expressions are SQL over the table's own columns.
struct ColumnPair {
  std::string before, after;              // names; they differ where the column was renamed
  std::string before_value, after_value;  // a value that is equal where the values mean the same; NULL stays NULL
  bool number = false;                    // keys: ordered as a number, not by bytes
  bool text = false;                      // a shorter value can be a truncated one
  bool members = false;                   // a SET: its members have no order
  bool large = false;                     // values may be too large to be fetched as they are
  bool direct = false;                    // the bare column can be looked up by a literal of its value
  bool candidate = false;                 // a supposed rename
};

struct DiffPlan {
  std::string before, after;            // schema.table
  std::vector<ColumnPair> key;          // empty: rows have no identity, only their whole contents
  std::vector<ColumnPair> columns;      // the others that both sides have
  std::vector<std::string> dropped;     // columns with values of their own that only the state before has
  std::string before_live, after_live;  // SQL: 1 for a row that the service does not hold for deleted
  bool primary = false;                 // the key is the primary key on both sides, in this order
};

// A dropped and an added column of the same type, where no other dropped or added column has that type.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> rename_candidates(const TableLayout& before,
                                                                                 const TableLayout& after);

using ColumnRenames = std::vector<std::pair<std::string, std::string>>;  // before -> after

// `logged` renames are known, `supposed` ones become candidates.
[[nodiscard]] DiffPlan plan_diff(const TableLayout& before, const TableLayout& after, const ColumnRenames& logged = {},
                                 const ColumnRenames& supposed = {});

}  // namespace rehearsal
