// The layout of one table as a comparison needs it: its columns with what their values look like, and its unique keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

// What a column's values are made of; two columns of one family can be compared by their values.
enum class ColumnFamily { integer, decimal, approximate, text, binary, moment, time_of_day, other };

struct ColumnLayout {
  std::string name;
  std::string data_type;    // "varchar"
  std::string column_type;  // "varchar(255)", "int(10) unsigned zerofill"
  std::string charset;      // empty where it has none
  std::string collation;
  ColumnFamily family = ColumnFamily::other;
  bool nullable = true;
  bool generated = false;
  std::uint64_t octets = 0;  // at most in one value; 0: not text or binary
};

struct UniqueKey {
  std::string name;  // "PRIMARY"
  std::vector<std::string> columns;
};

struct TableLayout {
  std::string table;  // schema.table
  std::vector<ColumnLayout> columns;
  std::vector<UniqueKey> unique_keys;  // of whole, NOT NULL columns only; the primary key first, then the shortest

  [[nodiscard]] const ColumnLayout* column(const std::string& name) const;
};

// "varchar" -> text
[[nodiscard]] ColumnFamily family_of(const std::string& data_type);

// Two queries. A table that does not exist has no columns.
[[nodiscard]] Result<TableLayout> read_layout(Sql& sql, const std::string& table);

}  // namespace rehearsal
