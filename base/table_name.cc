#include "base/table_name.h"

#include "base/text.h"

namespace rehearsal {

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

}  // namespace rehearsal
