#include "harness/diagnosis/told_apart.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr std::size_t kRowsShown = 20;
constexpr std::size_t kDifferencesShown = 8;

// A choice of an ENUM stands in the table's definition, and dates are told of rows anyway.
bool may_be_shown(const ColumnFacts& column, const std::string& value) {
  return column.is_date() || column.type == "enum" || is_surrogate_key(value);
}

}  // namespace

Result<ToldApart> tell_apart(Sql& sql, const TableFacts& facts, const std::string& condition,
                             const std::vector<std::string>& group) {
  ToldApart told;
  std::vector<std::string> others, differ, widest, groups;
  for (const std::string& column : group) {
    groups.push_back(of_row(column));
  }
  for (const std::string& column : facts.row_key()) {
    told.columns.push_back(column);
  }
  for (const std::string& column : group) {
    if (!contains(told.columns, column)) {
      told.columns.push_back(column);
    }
  }
  for (const ColumnFacts& column : facts.columns) {
    if (contains(told.columns, column.name)) {
      continue;
    }
    // NULL is a value among others here.
    others.push_back(column.name);
    differ.push_back(fmt::format("COUNT(DISTINCT {0}) + (COUNT({0}) BETWEEN 1 AND COUNT(*) - 1) c{1}",
                                 of_row(column.name), others.size()));
    widest.push_back(fmt::format("MAX(c{})", others.size()));
  }
  const std::string from = fmt::format(" FROM {} o WHERE {}", facts.quoted(), condition);
  if (!others.empty()) {
    REHEARSAL_TRY_SET(const std::vector<Row> counts,
                      sql.query(fmt::format("SELECT {} FROM (SELECT {}{} GROUP BY {}) g", join(widest, ", "),
                                            join(differ, ", "), from, join(groups, ", "))));
    const std::size_t known = told.columns.size();
    for (std::size_t i = 0; i < others.size(); ++i) {
      const bool differs = std::atoll(counts.at(0).at(i).value_or("0").c_str()) > 1;
      if (differs && told.columns.size() < known + kDifferencesShown) {
        told.columns.push_back(others[i]);
      }
    }
  }
  std::vector<std::string> columns, order = groups;
  for (const std::string& column : told.columns) {
    columns.push_back(of_row(column));
    if (!contains(order, columns.back())) {
      order.push_back(columns.back());
    }
  }
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql.query(fmt::format("SELECT {}{} ORDER BY {} LIMIT {}", join(columns, ", "), from,
                                          join(order, ", "), kRowsShown)));
  std::map<std::string, std::map<std::string, std::size_t>> numbers;  // column -> value -> its number
  for (const Row& row : rows) {
    std::map<std::string, std::string> shown;
    for (std::size_t i = 0; i < told.columns.size(); ++i) {
      const std::string& name = told.columns[i];
      const std::string value = row.at(i).value_or("NULL");
      if (!row.at(i) || may_be_shown(*facts.column(name), value)) {
        shown[name] = value;
        continue;
      }
      auto& of_column = numbers[name];
      shown[name] = fmt::format("*** ({})", of_column.emplace(value, of_column.size() + 1).first->second);
    }
    told.rows.push_back(std::move(shown));
  }
  return told;
}

}  // namespace rehearsal
