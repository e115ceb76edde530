// A SELECT that a step sent, read for the table and columns that its code looked at. Pure; reads what object-relational
// mappers and migrations write, not all SQL.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rehearsal {

struct TableRead {
  std::string schema, table;  // of the first table in FROM; the schema is empty where it is not said
  std::string name;           // by which the statement calls it
  // Of the select list in order, those that are plain columns of this table; empty in place of anything else.
  std::vector<std::string> columns;
  bool all_columns = false;  // SELECT *
  bool alone = true;         // no other table is joined
  // "FROM … WHERE …" without what groups, orders or limits; empty where the rows cannot be told by it.
  std::string from;
  bool has_condition = false;
  std::string sql;

  [[nodiscard]] std::vector<std::string> named_columns() const;  // without the empty ones
};

// Nothing for other statements, for a SELECT without a table, and for one from a subquery.
[[nodiscard]] std::optional<TableRead> parse_table_read(const std::string& sql);

// The reads among the statements, in their order; those of information_schema and its like are left out.
[[nodiscard]] std::vector<TableRead> table_reads(const std::vector<std::string>& statements);

}  // namespace rehearsal
