// A table's shape as its parts, so that two tables can be compared by what they are and not by how they are written:
// without display widths, names that the server made up, and the order of columns and keys.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/diff/schema.h"

namespace rehearsal {

struct ColumnPart {
  std::string definition;          // "int unsigned NOT NULL DEFAULT 0": no display width, no character set, no check
  std::string charset, collation;  // its own or the table's; empty for columns that are not text
  bool own_collation = false;      // another than the table's default
  std::string line;                // as the server writes it
  friend bool operator==(const ColumnPart&, const ColumnPart&) = default;
};

struct KeyPart {
  std::string kind;     // "PRIMARY KEY", "UNIQUE KEY", "KEY", "FULLTEXT KEY", "SPATIAL KEY"
  std::string columns;  // "`a`,`b`(255)"
  std::string line;
  [[nodiscard]] bool same_as(const KeyPart& other) const { return kind == other.kind && columns == other.columns; }
};

struct ForeignKeyPart {
  std::string columns, target;  // "`a`", "REFERENCES `t` (`b`) ON DELETE CASCADE"
  std::string line;
  [[nodiscard]] bool same_as(const ForeignKeyPart& other) const {
    return columns == other.columns && target == other.target;
  }
};

struct TableParts {
  std::map<std::string, ColumnPart> columns;
  std::map<std::string, KeyPart> keys;  // "PRIMARY" is the primary key
  std::map<std::string, ForeignKeyPart> foreign_keys;
  std::map<std::string, std::string> checks;           // condition, spelled without blanks, quotes and case -> its line
  std::map<std::string, std::string> triggers;         // name -> line
  std::string engine, charset, collation, row_format;  // row_format in capitals; empty: not known
};

[[nodiscard]] TableParts parts_of(const TableShape& shape);

// `table_ibfk_3` and `CONSTRAINT_1`: names that the server chooses where a statement says none.
[[nodiscard]] bool is_generated_name(const std::string& table, const std::string& constraint);

}  // namespace rehearsal
