#include "base/table_name.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

constexpr std::array<std::string_view, 4> kSystemSchemas = {"mysql", "sys", "information_schema", "performance_schema"};

}  // namespace

std::string sql_name(const TableName& table) {
  return (table.schema.empty() ? "" : sql_name(table.schema) + ".") + sql_name(table.name);
}

std::string quoted_table(std::string_view text) {
  return sql_name(TableName::of(text));
}

TableName TableName::of(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot == std::string_view::npos ? TableName{{}, std::string(text)}
                                       : TableName{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::string schema_of(std::string_view text) {
  return std::string(text.substr(0, text.find('.')));
}

std::string bare_name(std::string_view text) {
  const std::size_t dot = text.find('.');
  return std::string(dot == std::string_view::npos ? text : text.substr(dot + 1));
}

bool is_system_schema(std::string_view schema) {
  const std::string name = lower(schema);
  return contains(kSystemSchemas, name);
}

std::string sql_no_system_schema(std::string_view column) {
  std::string names;
  for (const std::string_view name : kSystemSchemas) {
    names += (names.empty() ? "" : ", ") + sql_string(name);
  }
  return std::string(column) + " NOT IN (" + names + ")";
}

std::string grant_pattern(std::string_view schema) {
  return sql_name(replace_all(replace_all(std::string(schema), "_", "\\_"), "%", "\\%"));
}

}  // namespace rehearsal
