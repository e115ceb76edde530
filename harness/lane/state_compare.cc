#include "harness/lane/state_compare.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/interrupt.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/table_diff.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

// Two connections of each side, as a comparison takes them.
struct StateSides {
  std::unique_ptr<Sql> should_stream, should_lookup, is_stream, is_lookup;

  static Result<StateSides> open(RunServer& should_be, RunServer& is) {
    StateSides sides;
    REHEARSAL_TRY_SET(sides.should_stream, should_be.connect());
    REHEARSAL_TRY_SET(sides.should_lookup, should_be.connect());
    REHEARSAL_TRY_SET(sides.is_stream, is.connect());
    REHEARSAL_TRY_SET(sides.is_lookup, is.connect());
    for (Sql* const sql :
         {sides.should_stream.get(), sides.should_lookup.get(), sides.is_stream.get(), sides.is_lookup.get()}) {
      REHEARSAL_TRY(prepare_for_diff(*sql));
    }
    return sides;
  }
};

Result<std::string> counted_column(Sql& sql, const std::string& table) {
  return sql
      .value("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " + sql_string(schema_of(table)) +
             " AND TABLE_NAME = " + sql_string(bare_name(table)) + " AND EXTRA LIKE '%auto_increment%'")
      .map([](const std::optional<std::string>& name) { return name.value_or(""); });
}

Result<std::vector<Row>> column_sums(Sql& sql, const std::string& table, const std::vector<std::string>& columns) {
  std::vector<std::string> sums;
  sums.reserve(columns.size());
  for (const std::string& column : columns) {
    sums.push_back("SUM(CRC32(QUOTE(" + sql_name(column) + ")))");
  }
  return sql.query("SELECT " + join(sums, ", ") + " FROM " + quoted_table(table));
}

// As many rows went as came: are they the same but for the numbers that the server counts? None where they have keys
// that somebody else gives. Else the columns whose values, taken together, are not the same.
Result<std::optional<std::set<std::string>>> renumbered_rows(const StateSides& sides, const std::string& table,
                                                             const TableDiff& diff) {
  std::optional<std::set<std::string>> other;
  REHEARSAL_TRY_SET(const std::string counted, counted_column(*sides.is_lookup, table));
  const bool by_number = !counted.empty() && contains(diff.key, counted);
  if (diff.deleted == 0 || diff.deleted != diff.inserted || (!by_number && !diff.key.empty())) {
    return other;
  }
  REHEARSAL_TRY_SET(const TableLayout layout, read_layout(*sides.is_lookup, table));
  std::vector<std::string> columns;
  for (const ColumnLayout& column : layout.columns) {
    if (column.name != counted) {
      columns.push_back(column.name);
    }
  }
  other.emplace();
  if (columns.empty()) {
    return other;
  }
  REHEARSAL_TRY_SET(const std::vector<Row> should, column_sums(*sides.should_lookup, table, columns));
  REHEARSAL_TRY_SET(const std::vector<Row> is, column_sums(*sides.is_lookup, table, columns));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (should.empty() || is.empty() || should.front().at(i) != is.front().at(i)) {
      other->insert(columns[i]);
    }
  }
  return other;
}

Result<RowsDifference> compare_rows(const StateSides& sides, const std::string& table) {
  RowsDifference difference;
  difference.table = table;
  REHEARSAL_TRY_SET(const TableDiff diff, compare_tables({*sides.should_stream, *sides.should_lookup, table},
                                                         {*sides.is_stream, *sides.is_lookup, table}));
  difference.missing = diff.deleted;
  difference.extra = diff.inserted;
  difference.missing_keys = diff.gone.keys;
  difference.extra_keys = diff.added.keys;
  for (const UnexplainedChange& change : diff.changes) {
    difference.different.push_back(
        {.columns = {change.columns.begin(), change.columns.end()}, .rows = change.rows, .keys = change.keys});
  }
  REHEARSAL_TRY_SET(difference.renumbered, renumbered_rows(sides, table, diff));
  return difference;
}

std::vector<SchemaChange> schema_difference(const Schema& should_be, const Schema& is) {
  std::vector<SchemaChange> changes = compare(should_be, is);
  for (SchemaChange& change : changes) {
    std::transform(change.details.begin(), change.details.end(), change.details.begin(), mask_definition);
  }
  return changes;
}

bool holds_rows(const Schema& schema, const std::string& table) {
  const auto found = schema.tables.find(table);
  return found != schema.tables.end() && !found->second.is_view;
}

}  // namespace

Result<StateDifference> compare_states(const ComparedState& should_be, const ComparedState& is,
                                       const std::set<std::string>& tables,
                                       const std::vector<std::string>& revision_tables) {
  StateDifference difference;
  difference.schema = schema_difference(should_be.observer.schema(), is.observer.schema());
  for (const auto& [schema, heads] : should_be.observer.revisions()) {
    const auto found = is.observer.revisions().find(schema);
    const std::string now = found == is.observer.revisions().end() ? "" : found->second;
    if (now != heads) {
      difference.revisions.push_back(fmt::format("{} is at revision {}, not {}", schema, now.empty() ? "none" : now,
                                                 heads.empty() ? "none" : heads));
    }
  }
  std::optional<StateSides> sides;
  for (const std::string& table : tables) {
    REHEARSAL_TRY(check_interrupt());
    if (contains(revision_tables, bare_name(table)) || !holds_rows(should_be.observer.schema(), table) ||
        !holds_rows(is.observer.schema(), table)) {
      continue;
    }
    if (!sides) {
      REHEARSAL_TRY_SET(sides, StateSides::open(should_be.server, is.server));
    }
    REHEARSAL_TRY_SET(RowsDifference rows, compare_rows(*sides, table));
    if (rows.missing > 0 || rows.extra > 0 || !rows.different.empty()) {
      difference.rows.push_back(std::move(rows));
    }
  }
  return difference;
}

}  // namespace rehearsal
