#include "snapshots/prove/generated_values.h"

#include <algorithm>
#include <optional>

#include "base/contains.h"
#include "base/text.h"
#include "snapshots/prove/content.h"

namespace rehearsal {

namespace {

Result<std::vector<std::string>> generated_columns(Sql& sql, const DumpTable& table) {
  std::vector<std::string> columns;
  REHEARSAL_TRY(sql.for_each_row("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " +
                                     sql_string(table.schema) + " AND TABLE_NAME = " + sql_string(table.name) +
                                     " AND GENERATION_EXPRESSION IS NOT NULL ORDER BY ORDINAL_POSITION",
                                 [&](const Row& row) -> Result<void> {
                                   columns.push_back(row.at(0).value_or(""));
                                   return {};
                                 }));
  return columns;
}

// Where the columns lie in a row of the INSERT; nothing where it does not fill all of them.
std::optional<std::vector<std::size_t>> places_of(const std::vector<std::string>& wanted,
                                                  const std::vector<std::string>& filled) {
  std::vector<std::size_t> places;
  for (const std::string& name : wanted) {
    const auto at = std::find(filled.begin(), filled.end(), name);
    if (at == filled.end()) {
      return std::nullopt;
    }
    places.push_back(static_cast<std::size_t>(at - filled.begin()));
  }
  return places;
}

// One generated column beside the key that tells the rows apart, as the dump has them.
class DumpedColumn {
 public:
  DumpedColumn(const DumpTable& table, const std::string& column) : table_(table) {
    if (!table.unique_keys.empty()) {
      content_.columns = table.unique_keys.front();
    }
    content_.columns.push_back(column);
  }

  void take(const RowValues& values, const RowSession& session) {
    if (content_.rows == 0) {
      content_.character_set = session.character_set;
      content_.time_zone = session.time_zone;
    }
    const std::vector<std::string>& filled = values.columns.empty() ? table_.columns : values.columns;
    if (!contains(filled, content_.columns.back())) {
      some_not_given_ = true;
      return;
    }
    const auto places = places_of(content_.columns, filled);
    readable_ = readable_ && places && content_.character_set == session.character_set &&
                content_.time_zone == session.time_zone;
    for (const Row& row : values.rows) {
      readable_ = readable_ && row.size() == filled.size();
      if (!readable_) {
        return;
      }
      Row part;
      for (const std::size_t place : *places) {
        part.push_back(row[place]);
      }
      content_.add(part);
    }
  }

  [[nodiscard]] Result<bool> is_held_by(Sql& sql) const {
    if (content_.rows == 0) {
      return readable_;  // the dump holds no value of it
    }
    if (!readable_ || some_not_given_) {
      return false;
    }
    REHEARSAL_TRY_SET(const TableContent held, content_of_table(sql, table_.schema, table_.name, content_));
    return held.same_rows(content_);
  }

 private:
  const DumpTable& table_;
  TableContent content_;
  bool readable_ = true;
  bool some_not_given_ = false;
};

}  // namespace

Result<std::vector<std::string>> other_generated_values(Sql& sql, const std::vector<DumpInput>& inputs,
                                                        const DumpIndex& index, const DumpTable& table) {
  REHEARSAL_TRY_SET(const std::vector<std::string> columns, generated_columns(sql, table));
  std::vector<DumpedColumn> dumped;
  for (const std::string& column : columns) {
    dumped.emplace_back(table, column);
  }
  REHEARSAL_TRY(for_each_insert(inputs, index, table, [&](const RowValues& values, const RowSession& session) {
    for (DumpedColumn& column : dumped) {
      column.take(values, session);
    }
  }));
  std::vector<std::string> others;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    REHEARSAL_TRY_SET(const bool held, dumped[i].is_held_by(sql));
    if (!held) {
      others.push_back(columns[i]);
    }
  }
  return others;
}

}  // namespace rehearsal
