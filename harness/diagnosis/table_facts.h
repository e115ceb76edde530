// One table as the server knows it, for those who ask why it refused something.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/ddl.h"
#include "base/sql/sql.h"

namespace rehearsal {

struct ColumnFacts {
  std::string name;
  std::string type;         // "varchar", "int", "datetime"
  std::string column_type;  // "varchar(36)", "int(10) unsigned"
  std::string charset, collation;
  bool nullable = true;
  [[nodiscard]] bool is_text() const { return !collation.empty(); }
  [[nodiscard]] bool is_date() const { return type == "datetime" || type == "timestamp" || type == "date"; }
};

struct TableFacts {
  std::string schema, name;
  std::string collation, row_format;
  std::vector<ColumnFacts> columns;
  std::vector<KeySpec> keys;
  std::vector<ForeignKeySpec> foreign_keys;

  [[nodiscard]] bool exists() const { return !columns.empty(); }
  [[nodiscard]] const ColumnFacts* column(const std::string& wanted) const;
  [[nodiscard]] const KeySpec* key(const std::string& wanted) const;
  // The columns that tell a row: the primary key, else the first unique key; empty where there is neither.
  [[nodiscard]] std::vector<std::string> row_key() const;
  // True of the rows that the service holds for deleted; empty where the table has no such mark.
  [[nodiscard]] std::string soft_deleted_sql() const;
  [[nodiscard]] std::string quoted() const;  // `schema`.`name`
};

// A table that is not there has no columns.
[[nodiscard]] Result<TableFacts> read_table_facts(Sql& sql, const std::string& schema, const std::string& table);

}  // namespace rehearsal
