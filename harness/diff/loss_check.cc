#include "harness/diff/loss_check.h"

#include <algorithm>

#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/diff_statements.h"
#include "harness/diff/table_rules.h"

namespace rehearsal {

namespace {

constexpr std::size_t kBatch = 200;

// The library writes these itself; a row that moves gets its own.
bool is_bookkeeping(const std::string& column) {
  return column == kTouchColumn || column == "created_at";
}

}  // namespace

std::vector<std::string> LossCheck::own_columns() const {
  std::vector<std::string> names;
  for (const ColumnLayout& column : layout_.columns) {
    if (!column.generated) {
      names.push_back(column.name);
    }
  }
  return names;
}

Result<std::vector<bool>> LossCheck::kept(const DiffPlan& plan, const std::vector<Row>& rows,
                                          const std::vector<std::vector<std::string>>& columns) {
  std::vector<bool> answers(rows.size(), false);
  if (rows.empty() || !any_place() || plan.key.empty() || asked_ >= kLossesAsked) {
    return answers;
  }
  asked_ += rows.size();
  const std::vector<std::string> names = own_columns();
  std::vector<std::string> texts;
  for (const std::string& name : names) {
    texts.push_back(as_plain_text(name));
  }
  const auto identity = [&](const Row& row) {
    return Row(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(plan.key.size() + 1));
  };
  std::map<Row, Row> found;
  REHEARSAL_TRY(before_.for_each_row(
      lookup_statement(plan, Side::before, rows, Asked::no_values, texts), [&](const Row& row) -> Result<void> {
        found[identity(row)] = Row(row.begin() + static_cast<std::ptrdiff_t>(plan.key.size() + 1), row.end());
        return {};
      }));
  std::vector<LostRow> lost[2];  // parts of rows, whole rows
  std::vector<std::size_t> places[2];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto values = found.find(identity(rows[i]));
    if (values == found.end()) {
      continue;
    }
    LostRow row;
    row.whole = columns[i].empty();
    for (std::size_t at = 0; at < names.size(); ++at) {
      const auto& value = values->second.at(at);
      const auto part = std::find_if(plan.key.begin(), plan.key.end(),
                                     [&](const ColumnPair& pair) { return pair.before == names[at]; });
      const bool wanted = row.whole ? !is_bookkeeping(names[at])
                                    : std::find(columns[i].begin(), columns[i].end(), names[at]) != columns[i].end();
      if (value && part != plan.key.end()) {
        row.key[part->after] = *value;
      } else if (value && wanted) {
        row.values[names[at]] = *value;
      }
    }
    lost[row.whole ? 1 : 0].push_back(std::move(row));
    places[columns[i].empty() ? 1 : 0].push_back(i);
  }
  for (const int kind : {0, 1}) {
    REHEARSAL_TRY_SET(const std::vector<bool> kept, kept_.kept(lost[kind]));
    for (std::size_t i = 0; i < kept.size(); ++i) {
      answers[places[kind][i]] = kept[i];
    }
  }
  return answers;
}

Result<std::int64_t> LossCheck::kept_of_all(const std::vector<std::string>& key,
                                            const std::vector<std::string>& columns, bool whole, Sql& stream) {
  std::int64_t count = 0;
  if (!any_place() || key.empty()) {
    return count;
  }
  std::vector<std::string> names = key, texts, with_value;
  for (const std::string& column : whole ? own_columns() : columns) {
    if (!contains(key, column) && !(whole && is_bookkeeping(column))) {
      names.push_back(column);
    }
  }
  for (const std::string& name : names) {
    texts.push_back(as_plain_text(name));
  }
  for (const std::string& column : columns) {
    with_value.push_back(sql_name(column) + " IS NOT NULL");
  }
  std::vector<LostRow> rows;
  const auto ask = [&]() -> Result<void> {
    REHEARSAL_TRY_SET(const std::vector<bool> kept, kept_.kept(rows));
    count += std::count(kept.begin(), kept.end(), true);
    rows.clear();
    return {};
  };
  const std::string statement =
      "SELECT " + join(texts, ", ") + " FROM " + quoted_table(layout_.table) + " WHERE " + live_sql(layout_) +
      (with_value.empty() ? "" : " AND (" + join(with_value, " OR ") + ")") + " LIMIT " + std::to_string(kLossesAsked);
  REHEARSAL_TRY(stream.for_each_row(statement, [&](const Row& row) -> Result<void> {
    LostRow lost;
    lost.whole = whole;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (row.at(i)) {
        (i < key.size() ? lost.key : lost.values)[names[i]] = *row.at(i);
      }
    }
    rows.push_back(std::move(lost));
    return rows.size() < kBatch ? Result<void>() : ask();
  }));
  REHEARSAL_TRY(ask());
  return count;
}

}  // namespace rehearsal
