#include "harness/diff/table_layout.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/table_name.h"
#include "base/text.h"

namespace rehearsal {

namespace {

std::string where_table(const std::string& table) {
  const TableName name = TableName::of(table);
  return " WHERE TABLE_SCHEMA = " + sql_string(name.schema) + " AND TABLE_NAME = " + sql_string(name.name);
}

}  // namespace

const ColumnLayout* TableLayout::column(const std::string& name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const ColumnLayout& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

ColumnFamily family_of(const std::string& data_type) {
  static const std::map<std::string, ColumnFamily> kFamilies = {
      {"tinyint", ColumnFamily::integer},    {"smallint", ColumnFamily::integer}, {"mediumint", ColumnFamily::integer},
      {"int", ColumnFamily::integer},        {"bigint", ColumnFamily::integer},   {"year", ColumnFamily::integer},
      {"bit", ColumnFamily::integer},        {"decimal", ColumnFamily::decimal},  {"float", ColumnFamily::approximate},
      {"double", ColumnFamily::approximate}, {"char", ColumnFamily::text},        {"varchar", ColumnFamily::text},
      {"tinytext", ColumnFamily::text},      {"text", ColumnFamily::text},        {"mediumtext", ColumnFamily::text},
      {"longtext", ColumnFamily::text},      {"enum", ColumnFamily::text},        {"set", ColumnFamily::text},
      {"json", ColumnFamily::text},          {"binary", ColumnFamily::binary},    {"varbinary", ColumnFamily::binary},
      {"tinyblob", ColumnFamily::binary},    {"blob", ColumnFamily::binary},      {"mediumblob", ColumnFamily::binary},
      {"longblob", ColumnFamily::binary},    {"date", ColumnFamily::moment},      {"datetime", ColumnFamily::moment},
      {"timestamp", ColumnFamily::moment},   {"time", ColumnFamily::time_of_day},
  };
  const auto found = kFamilies.find(lower(data_type));
  return found == kFamilies.end() ? ColumnFamily::other : found->second;
}

Result<TableLayout> read_layout(Sql& sql, const std::string& table) {
  TableLayout layout;
  layout.table = table;
  REHEARSAL_TRY_SET(const std::vector<Row> columns,
                    sql.query("SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME,"
                              " IS_NULLABLE, IFNULL(GENERATION_EXPRESSION, '') <> '', CHARACTER_OCTET_LENGTH"
                              " FROM information_schema.COLUMNS" +
                              where_table(table) + " ORDER BY ORDINAL_POSITION"));
  for (const Row& row : columns) {
    ColumnLayout column;
    column.name = row.at(0).value_or("");
    column.data_type = lower(row.at(1).value_or(""));
    column.column_type = row.at(2).value_or("");
    column.charset = row.at(3).value_or("");
    column.collation = row.at(4).value_or("");
    column.family = family_of(column.data_type);
    column.nullable = row.at(5).value_or("YES") == "YES";
    column.generated = row.at(6).value_or("0") == "1";
    column.octets = std::strtoull(row.at(7).value_or("0").c_str(), nullptr, 10);
    layout.columns.push_back(std::move(column));
  }
  REHEARSAL_TRY_SET(const std::vector<Row> parts,
                    sql.query("SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NULL FROM information_schema.STATISTICS" +
                              where_table(table) + " AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX"));
  std::map<std::string, UniqueKey> keys;
  std::map<std::string, bool> usable;
  for (const Row& row : parts) {
    const std::string name = row.at(0).value_or("");
    const std::string column_name = row.at(1).value_or("");
    keys[name].name = name;
    keys[name].columns.push_back(column_name);
    const ColumnLayout* column = layout.column(column_name);
    const bool whole = row.at(2).value_or("0") == "1";
    const bool fit = column != nullptr && !column->nullable && !column->generated && whole;
    usable[name] = fit && (!usable.contains(name) || usable[name]);
  }
  for (auto& [name, key] : keys) {
    if (usable[name]) {
      layout.unique_keys.push_back(std::move(key));
    }
  }
  std::stable_sort(layout.unique_keys.begin(), layout.unique_keys.end(), [](const UniqueKey& a, const UniqueKey& b) {
    if ((a.name == "PRIMARY") != (b.name == "PRIMARY")) {
      return a.name == "PRIMARY";
    }
    return a.columns.size() < b.columns.size();
  });
  return layout;
}

}  // namespace rehearsal
