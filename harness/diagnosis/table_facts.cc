#include "harness/diagnosis/table_facts.h"

#include <algorithm>

#include "base/sql/soft_delete.h"
#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

const ColumnFacts* TableFacts::column(const std::string& wanted) const {
  const std::string name_wanted = lower(wanted);
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnFacts& column) { return lower(column.name) == name_wanted; });
  return found == columns.end() ? nullptr : &*found;
}

const KeySpec* TableFacts::key(const std::string& wanted) const {
  const std::string name_wanted = lower(wanted);
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const KeySpec& key) { return lower(key.name) == name_wanted; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> TableFacts::row_key() const {
  if (const KeySpec* primary = key("PRIMARY")) {
    return primary->columns;
  }
  const auto unique = std::find_if(keys.begin(), keys.end(), [](const KeySpec& one) { return one.unique; });
  return unique == keys.end() ? std::vector<std::string>() : unique->columns;
}

std::string TableFacts::soft_deleted_sql() const {
  DeleteMarks marks;
  if (const ColumnFacts* mark = column("deleted")) {
    marks.deleted_is_text = mark->is_text();
  }
  marks.has_deleted_at = column("deleted_at") != nullptr;
  return deleted_sql(marks, "o.");
}

std::string TableFacts::quoted() const {
  return sql_name(TableName{schema, name});
}

Result<TableFacts> read_table_facts(Sql& sql, const std::string& schema, const std::string& table) {
  TableFacts facts;
  facts.schema = schema;
  facts.name = table;
  const std::string of_table = " WHERE TABLE_SCHEMA = " + sql_string(schema) + " AND TABLE_NAME = " + sql_string(table);
  REHEARSAL_TRY_SET(const std::vector<Row> tables,
                    sql.query("SELECT TABLE_COLLATION, ROW_FORMAT FROM information_schema.TABLES" + of_table));
  if (tables.empty()) {
    return facts;
  }
  facts.collation = tables.front().at(0).value_or("");
  facts.row_format = tables.front().at(1).value_or("");
  REHEARSAL_TRY_SET(const std::vector<Row> columns,
                    sql.query("SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, "
                              "IS_NULLABLE FROM information_schema.COLUMNS" +
                              of_table + " ORDER BY ORDINAL_POSITION"));
  for (const Row& row : columns) {
    facts.columns.push_back({.name = row.at(0).value_or(""),
                             .type = lower(row.at(1).value_or("")),
                             .column_type = row.at(2).value_or(""),
                             .charset = row.at(3).value_or(""),
                             .collation = row.at(4).value_or(""),
                             .nullable = row.at(5) == "YES"});
  }
  REHEARSAL_TRY_SET(const std::vector<Row> keys,
                    sql.query("SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME FROM information_schema.STATISTICS" +
                              of_table + " ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX"));
  for (const Row& row : keys) {
    const std::string name = row.at(0).value_or("");
    if (facts.keys.empty() || facts.keys.back().name != name) {
      facts.keys.push_back({.name = name, .columns = {}, .unique = row.at(1) == "0", .primary = name == "PRIMARY"});
    }
    facts.keys.back().columns.push_back(row.at(2).value_or(""));
  }
  REHEARSAL_TRY_SET(
      const std::vector<Row> foreign,
      sql.query("SELECT k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, "
                "k.REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE k WHERE k.TABLE_SCHEMA = " +
                sql_string(schema) + " AND k.TABLE_NAME = " + sql_string(table) +
                " AND k.REFERENCED_TABLE_NAME IS NOT NULL ORDER BY k.CONSTRAINT_NAME, k.ORDINAL_POSITION"));
  for (const Row& row : foreign) {
    const std::string name = row.at(0).value_or("");
    if (facts.foreign_keys.empty() || facts.foreign_keys.back().name != name) {
      ForeignKeySpec key;
      key.name = name;
      key.schema = row.at(2).value_or("");
      key.table = row.at(3).value_or("");
      facts.foreign_keys.push_back(std::move(key));
    }
    facts.foreign_keys.back().columns.push_back(row.at(1).value_or(""));
    facts.foreign_keys.back().target_columns.push_back(row.at(4).value_or(""));
  }
  return facts;
}

}  // namespace rehearsal
