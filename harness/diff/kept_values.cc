#include "harness/diff/kept_values.h"

#include <algorithm>

#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// The columns of the place that hold the key: those of the same names, or, for a key of one column, one whose name ends
// like it ("id" in "volume_id").
std::vector<std::vector<std::string>> key_columns(const TableLayout& layout,
                                                  const std::map<std::string, std::string>& key, bool same_names) {
  std::vector<std::vector<std::string>> choices;
  std::vector<std::string> same;
  for (const auto& [column, value] : key) {
    if (layout.column(column) != nullptr) {
      same.push_back(column);
    }
  }
  if (same.size() == key.size()) {
    choices.push_back(same);
  }
  if (key.size() == 1 && !same_names) {
    for (const ColumnLayout& column : layout.columns) {
      if (column.name.ends_with("_" + key.begin()->first)) {
        choices.push_back({column.name});
      }
    }
  }
  return choices;
}

}  // namespace

std::string as_plain_text(const std::string& column) {
  return "CAST(CONVERT(CAST(" + sql_name(column) + " AS CHAR) USING utf8mb4) AS BINARY)";
}

Result<KeptValues> KeptValues::prepare(Sql& sql, const std::string& table, const WrittenPlaces& places) {
  KeptValues kept(sql);
  for (const std::string& name : places.tables) {
    if (name == table) {
      continue;
    }
    REHEARSAL_TRY_SET(TableLayout layout, read_layout(sql, name));
    if (!layout.columns.empty()) {
      kept.places_.push_back({std::move(layout), places.new_to_hop.contains(name), {}});
    }
  }
  // The row itself, in columns that are new.
  REHEARSAL_TRY_SET(TableLayout own, read_layout(sql, table));
  std::set<std::string> fresh;
  for (const ColumnLayout& column : own.columns) {
    if (places.new_to_hop.contains(table + "." + column.name)) {
      fresh.insert(column.name);
    }
  }
  if (!fresh.empty()) {
    kept.places_.push_back({std::move(own), true, std::move(fresh)});
  }
  return kept;
}

Result<void> KeptValues::look(const Place& place, const std::vector<LostRow>& rows, std::vector<Search>& searches) {
  std::vector<std::string> names, selected;
  for (const ColumnLayout& column : place.layout.columns) {
    names.push_back(column.name);
    selected.push_back(as_plain_text(column.name));
  }
  if (rows.empty()) {
    return {};
  }
  for (const auto& columns : key_columns(place.layout, rows.front().key, rows.front().whole)) {
    std::map<std::vector<std::string>, std::vector<std::size_t>> wanted;  // key -> rows
    std::vector<std::string> conditions;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<std::string> key, parts;
      for (const auto& [column, value] : rows[i].key) {
        key.push_back(value);
        parts.push_back(sql_name(columns[key.size() - 1]) + " = " + sql_string(value));
      }
      if (!key.empty() && !searches[i].found) {
        wanted[key].push_back(i);
        conditions.push_back("(" + join(parts, " AND ") + ")");
      }
    }
    if (conditions.empty()) {
      continue;
    }
    const std::string statement = "SELECT " + join(selected, ", ") + " FROM " + quoted_table(place.layout.table) +
                                  " WHERE " + join(conditions, " OR ");
    REHEARSAL_TRY(sql_->for_each_row(statement, [&](const Row& row) -> Result<void> {
      std::map<std::string, std::optional<std::string>> there;
      for (std::size_t i = 0; i < names.size(); ++i) {
        there[names[i]] = row.at(i);
      }
      std::vector<std::string> key;
      for (const std::string& column : columns) {
        key.push_back(there[column].value_or(""));
      }
      const auto found = wanted.find(key);
      if (found == wanted.end()) {
        return {};
      }
      for (const std::size_t i : found->second) {
        if (searches[i].found) {
          continue;
        }
        std::set<std::string> left;
        for (const std::string& column : searches[i].missing) {
          const std::string& value = rows[i].values.at(column);
          const bool here = std::any_of(there.begin(), there.end(), [&](const auto& one) {
            const bool counts = (place.only.empty() || place.only.contains(one.first)) &&
                                (one.first == column || (place.any_name && !rows[i].whole));
            const bool of_key = contains(columns, one.first);
            return counts && (!of_key || one.first == column) && one.second == value;
          });
          if (!here) {
            left.insert(column);
          }
        }
        // A row that moved is in one place as a whole.
        searches[i].found = left.empty();
        if (!rows[i].whole) {
          searches[i].missing = std::move(left);
        }
      }
      return {};
    }));
  }
  return {};
}

Result<std::vector<bool>> KeptValues::kept(const std::vector<LostRow>& rows) {
  std::vector<Search> searches(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [column, value] : rows[i].values) {
      searches[i].missing.insert(column);
    }
  }
  for (const Place& place : places_) {
    REHEARSAL_TRY(look(place, rows, searches));
  }
  std::vector<bool> answers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    answers.push_back(searches[i].found);
  }
  return answers;
}

}  // namespace rehearsal
