// A schema statement as its parts: which table, and what is done to its columns, keys and options. Reads what the
// services' migrations send (ALTER TABLE, CREATE TABLE, CREATE and DROP INDEX, DROP and RENAME TABLE), not all SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

struct ColumnSpec {
  std::string name;
  std::string type;                     // in capitals, without its arguments: "VARCHAR", "BIGINT", "BOOL"
  std::optional<std::uint64_t> length;  // the first argument: VARCHAR(255), DECIMAL(10, 2)
  std::vector<std::string> values;      // of ENUM and SET, unquoted
  bool is_unsigned = false;
  std::string charset, collation;  // as written; empty where not said
  bool not_null = false;
  std::optional<std::string> default_sql;  // as written: "true", "'x'", "0"; not set for DEFAULT NULL
  bool auto_increment = false;
};

struct KeySpec {
  std::string name;  // empty where the server chooses one
  std::vector<std::string> columns;
  bool unique = false;  // PRIMARY KEY too
  bool primary = false;
};

struct ForeignKeySpec {
  std::string name;
  std::vector<std::string> columns;
  std::string schema, table;  // what it points to; the schema may be empty
  std::vector<std::string> target_columns;
  std::string on_delete;  // "CASCADE", "SET NULL"; empty where not said
};

struct DdlAction {
  enum class Kind {
    add_column,
    modify_column,  // MODIFY, CHANGE and ALTER COLUMN; `name` is the old name, `column.name` the new one
    drop_column,
    rename_column,  // `name` to `column.name`
    add_key,
    drop_key,  // `name`; PRIMARY for the primary key
    rename_key,
    add_foreign_key,
    drop_foreign_key,
    convert,  // to `column.charset` and `column.collation`
    rename_table,
    drop_constraint,  // by `name`; a foreign key or a check
    option,           // ENGINE, ROW_FORMAT, DEFAULT CHARSET, COMMENT, checks: nothing that rows could refuse by value
  };
  Kind kind = Kind::option;
  std::string name;
  std::string schema;  // rename_table: the one that the new name is qualified with; may be empty
  ColumnSpec column;
  KeySpec key;
  ForeignKeySpec foreign_key;
  bool if_exists = false;  // IF EXISTS, IF NOT EXISTS
};

struct DdlStatement {
  enum class Kind { create_table, drop_table, alter_table };
  Kind kind = Kind::alter_table;
  std::string schema;  // empty where not said
  std::string table;
  std::vector<DdlAction> actions;  // of CREATE TABLE: its columns, keys and foreign keys
  std::string charset, collation;  // CREATE TABLE's own
  bool if_exists = false;          // IF EXISTS, IF NOT EXISTS on the table
  bool ignore = false;             // ALTER IGNORE: rows that a new key refuses are dropped
};

// Nothing for statements of another kind, or that cannot be read.
[[nodiscard]] std::optional<DdlStatement> parse_ddl(std::string_view sql);

// The server's name for a type: BOOL is TINYINT, INTEGER is INT, and so on.
[[nodiscard]] std::string canonical_type(std::string_view type);

}  // namespace rehearsal
