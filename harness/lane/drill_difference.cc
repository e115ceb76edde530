#include "harness/lane/drill_difference.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::size_t kDifferencesTold = 3;

const RowsDifference* compared_rows_of(const StateDifference& difference, const std::string& table) {
  const auto found = std::find_if(difference.rows.begin(), difference.rows.end(),
                                  [&](const RowsDifference& one) { return one.table == table; });
  return found == difference.rows.end() ? nullptr : &*found;
}

// Columns whose values differ from run to run.
std::set<std::string> varying_columns(const RowsDifference& undisturbed) {
  std::set<std::string> columns;
  for (const DifferentRows& one : undisturbed.different) {
    columns.insert(one.columns.begin(), one.columns.end());
  }
  if (undisturbed.renumbered) {
    columns.insert(undisturbed.renumbered->begin(), undisturbed.renumbered->end());
  }
  return columns;
}

void forget_rows(RowsDifference& found) {
  found.missing = 0;
  found.extra = 0;
  found.missing_keys.clear();
  found.extra_keys.clear();
}

void take_away(RowsDifference& found, const RowsDifference& undisturbed) {
  const std::set<std::string> varying = varying_columns(undisturbed);
  std::erase_if(found.different, [&](const DifferentRows& one) {
    return std::includes(varying.begin(), varying.end(), one.columns.begin(), one.columns.end());
  });
  if (found.renumbered) {
    std::erase_if(*found.renumbered, [&](const std::string& column) { return varying.contains(column); });
  }
  // Rows that get another key each time are told apart by nothing but their number.
  const bool other_keys = undisturbed.missing > 0 && undisturbed.missing == undisturbed.extra;
  if (other_keys && found.missing == found.extra) {
    forget_rows(found);
  }
}

bool same_change(const SchemaChange& a, const SchemaChange& b) {
  return a.object == b.object && a.kind == b.kind && a.details == b.details;
}

std::string schema_words(const SchemaChange& change) {
  if (change.kind == "dropped") {
    return change.object + " is missing";
  }
  if (change.kind == "created") {
    return change.object + " is there and should not be";
  }
  constexpr std::size_t kDetails = 4;
  return fmt::format("{} is not as it should be ({})", change.object, join_some(change.details, ", ", kDetails));
}

std::string rows_words(std::int64_t count) {
  return plural(static_cast<std::uint64_t>(count), "row");
}

std::string column_words(const std::set<std::string>& columns) {
  constexpr std::size_t kColumns = 5;
  return join_some({columns.begin(), columns.end()}, ", ", kColumns);
}

ToldDifference told_rows(const RowsDifference& rows) {
  ToldDifference told{.words = {}, .table = rows.table, .row_count = 0};
  std::vector<std::string> parts;
  const auto add = [&](const std::string& words, std::int64_t count, const RowKeys& keys) {
    parts.push_back(words);
    *told.row_count += count;
    told.rows = told.rows.empty() ? keys : told.rows;
  };
  if (rows.renumbered && !rows.renumbered->empty()) {
    add(fmt::format("{} of {} differ in {}", column_words(*rows.renumbered), rows.table, rows_words(rows.missing)),
        rows.missing, rows.missing_keys);
  } else {
    if (rows.missing > 0) {
      add(fmt::format("{} lacks {}", rows.table, rows_words(rows.missing)), rows.missing, rows.missing_keys);
    }
    if (rows.extra > 0) {
      add(fmt::format("{} has {} too many", rows.table, rows_words(rows.extra)), rows.extra, rows.extra_keys);
    }
  }
  for (const DifferentRows& one : rows.different) {
    add(fmt::format("{} of {} differ in {}", column_words(one.columns), rows.table, rows_words(one.rows)), one.rows,
        one.keys);
  }
  told.words = join(parts, "; ");
  return told;
}

}  // namespace

StateDifference unexplained(StateDifference found, const StateDifference& undisturbed) {
  std::erase_if(found.schema, [&](const SchemaChange& change) {
    return std::any_of(undisturbed.schema.begin(), undisturbed.schema.end(),
                       [&](const SchemaChange& other) { return same_change(change, other); });
  });
  for (RowsDifference& one : found.rows) {
    if (const RowsDifference* other = compared_rows_of(undisturbed, one.table)) {
      take_away(one, *other);
    }
    if (one.renumbered && one.renumbered->empty()) {
      forget_rows(one);
    }
  }
  std::erase_if(found.rows,
                [](const RowsDifference& one) { return one.missing == 0 && one.extra == 0 && one.different.empty(); });
  return found;
}

ToldDifference told(const StateDifference& difference) {
  ToldDifference all;
  std::vector<std::string> parts;
  for (const SchemaChange& change : difference.schema) {
    all.table = all.table.empty() ? change.object : all.table;
    parts.push_back(schema_words(change));
  }
  for (const RowsDifference& rows : difference.rows) {
    ToldDifference one = told_rows(rows);
    parts.push_back(one.words);
    if (!all.row_count) {
      all.row_count = one.row_count;
      all.rows = std::move(one.rows);
      all.table = std::move(one.table);
    }
  }
  parts.insert(parts.end(), difference.revisions.begin(), difference.revisions.end());
  all.words = join_some(parts, "; ", kDifferencesTold);
  return all;
}

}  // namespace rehearsal
