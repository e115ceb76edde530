// How two states of one table are compared: which columns pair up, by which key, and in which form their values mean
// the same on both sides (utf8mb3 and utf8mb4 text, int and bigint, DATETIME and DATETIME(6), DECIMAL of another
// scale). Pure: layouts in, SQL out.
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

// Rows fall into this many buckets by their key (without one: by their contents), the same on both sides.
inline constexpr int kBuckets = 1024;

// One row a bucket that has rows, in the order of their numbers: number, count and two sums of hashes of the rows in
// it. Buckets with the same numbers on both sides hold the same rows: most of a large table need not leave its server.
[[nodiscard]] std::string summary_statement(const DiffPlan& plan, Side side);

// The rows of these buckets (none named: of all), ordered by the key: its columns, then a hash of the others, then
// whether the row is live. Without a key: the hash is first, and orders them.
[[nodiscard]] std::string scan_statement(const DiffPlan& plan, Side side, const std::vector<std::string>& buckets = {});

// What a lookup asks of each row: the columns' values, or no more than `more`.
enum class Asked { values, no_values };

// The rows with these keys (without a key: with these hashes): key, hash, the columns' values where they are asked for,
// and the expressions of `more`, in which the table goes by `t`. A column that is `large` comes as 'S' and the value,
// or as 'L', the MD5 of the value and its first kLargeHead bytes. May return further rows whose keys are only alike.
[[nodiscard]] std::string lookup_statement(const DiffPlan& plan, Side side, const std::vector<Row>& keys,
                                           Asked asked = Asked::values, const std::vector<std::string>& more = {});

inline constexpr std::uint64_t kLargeWhole = 65536;
inline constexpr std::uint64_t kLargeHead = 4096;

// -1, 0, 1 as `left` comes before `right` in a scan.
[[nodiscard]] int compare_keys(const DiffPlan& plan, const Row& left, const Row& right);

// What became of a value: "null-to-value", "value-to-null", "truncated", "case", "respelled" (the same JSON, written
// otherwise), "other"; empty: nothing.
[[nodiscard]] std::string kind_of_change(const ColumnPair& column, const std::optional<std::string>& before,
                                         const std::optional<std::string>& after);

// The same JSON object or list, whatever its spaces and the order of its keys. A bare number or word is none.
[[nodiscard]] bool same_document(const std::string& left, const std::string& right);

}  // namespace rehearsal
