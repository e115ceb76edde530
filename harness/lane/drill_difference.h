// In what a state differs from the one that it should be: the state that a step left when it passed undisturbed. What
// two undisturbed runs make differently, as times and generated keys, is no difference. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

using RowKeys = std::vector<std::map<std::string, std::string>>;  // of some rows, masked

// Rows that are on both sides and in which the same columns differ.
struct DifferentRows {
  std::set<std::string> columns;
  std::int64_t rows = 0;
  RowKeys keys;
};

// One table that both sides have.
struct RowsDifference {
  std::string table;  // schema.table
  std::int64_t missing = 0, extra = 0;
  RowKeys missing_keys, extra_keys;
  std::vector<DifferentRows> different;
  // The rows that are missing and those that are too many are the same number, and nothing but the server's counting
  // tells them apart, or nothing at all. Then what else differs in them, taken column by column.
  std::optional<std::set<std::string>> renumbered = {};
};

struct StateDifference {
  std::vector<SchemaChange> schema;    // from what should be to what is; masked
  std::vector<std::string> revisions;  // in words
  std::vector<RowsDifference> rows;    // only tables that differ

  [[nodiscard]] bool none() const { return schema.empty() && revisions.empty() && rows.empty(); }
};

// What is left of `found` when all that also differs between two undisturbed runs is taken away.
[[nodiscard]] StateDifference unexplained(StateDifference found, const StateDifference& undisturbed);

struct ToldDifference {
  std::string words;  // "net.ports lacks 3 rows; net.tags is missing"
  std::string table;  // the first
  std::optional<std::int64_t> row_count = {};
  RowKeys rows = {};
};

// Of a difference that is not none().
[[nodiscard]] ToldDifference told(const StateDifference& difference);

}  // namespace rehearsal
