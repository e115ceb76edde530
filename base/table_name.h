// A table by its schema and its name, schemas, and the text "schema.table" that findings and records hold of it. No
// schema of a service has a dot in its name; a table may.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace rehearsal {

struct TableName {
  std::string schema;  // empty: not said
  std::string name;

  [[nodiscard]] static TableName of(std::string_view text);
  [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
  auto operator<=>(const TableName&) const = default;
};

// As SQL names it: "`schema`.`table`".
[[nodiscard]] std::string sql_name(const TableName& table);
[[nodiscard]] std::string quoted_table(std::string_view text);

// Of "schema.table", and of a schema's own name, the schema.
[[nodiscard]] std::string schema_of(std::string_view text);
// Of "schema.table", and of a table's name alone, the table.
[[nodiscard]] std::string bare_name(std::string_view text);

// The server's own: mysql, sys, performance_schema and information_schema, in any case.
[[nodiscard]] bool is_system_schema(std::string_view schema);
// The condition of SQL that the schema which a column holds is none of them.
[[nodiscard]] std::string sql_no_system_schema(std::string_view column);
// A schema's name in a GRANT, quoted, where _ and % are patterns.
[[nodiscard]] std::string grant_pattern(std::string_view schema);

}  // namespace rehearsal
