#include "harness/run/end_tables.h"

#include <optional>
#include <vector>

#include <fmt/core.h>

#include "base/interrupt.h"
#include "base/line_file.h"
#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr unsigned kAnyVersion = 101100;
constexpr std::string_view kEnd = "@end";
constexpr std::size_t kStatementBytes = 256 * 1024;

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  TokenReader reader(sql, kAnyVersion);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    tokens.push_back(token);
  }
  return tokens;
}

// "alias.column" that begins with token `at`.
std::optional<std::pair<std::string, std::string>> column_at(const std::vector<Token>& tokens, std::size_t at) {
  if (at + 2 >= tokens.size() || !tokens[at].names() || !tokens[at + 1].is('.') || !tokens[at + 2].names()) {
    return std::nullopt;
  }
  return std::pair(unquoted_name(tokens[at].text), unquoted_name(tokens[at + 2].text));
}

struct Column {
  std::string name, definition;
  bool long_text = false;  // takes no key without a length
};

// Those of the wanted columns that the table has, in its order.
Result<std::vector<Column>> columns_of(Sql& sql, const std::string& schema, const std::string& table,
                                       const WantedTable& wanted) {
  std::vector<Column> columns;
  REHEARSAL_TRY(sql.for_each_row(
      fmt::format("SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLUMNS "
                  "WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {} ORDER BY ORDINAL_POSITION",
                  sql_string(schema), sql_string(table)),
      [&](const Row& row) -> Result<void> {
        const std::string name = row.at(0).value_or("");
        if (wanted.columns.contains(name)) {
          std::string definition = sql_name(name) + " " + row.at(1).value_or("");
          if (row.at(2) && row.at(3)) {
            definition += " CHARACTER SET " + *row.at(2) + " COLLATE " + *row.at(3);
          }
          const std::string type = lower(row.at(1).value_or(""));
          columns.push_back({name, definition + " NULL", type.ends_with("text") || type.ends_with("blob")});
        }
        return {};
      }));
  return columns;
}

Result<void> export_table(Sql& sql, const std::string& schema, const std::string& table, const WantedTable& wanted,
                          LineWriter& out) {
  REHEARSAL_TRY_SET(const std::vector<Column> columns, columns_of(sql, schema, table, wanted));
  if (columns.empty()) {
    return {};
  }
  const std::string name = sql_name(end_schema(schema)) + "." + sql_name(table);
  std::vector<std::string> names, parts;
  for (const Column& column : columns) {
    names.push_back(sql_name(column.name));
    parts.push_back(column.definition);
    if (wanted.keys.contains(column.name) && !column.long_text) {
      parts.push_back("KEY (" + sql_name(column.name) + ")");
    }
  }
  REHEARSAL_TRY(out.write("CREATE DATABASE IF NOT EXISTS " + sql_name(end_schema(schema))));
  REHEARSAL_TRY(out.write("CREATE TABLE " + name + " (" + join(parts, ", ") + ") ENGINE=InnoDB ROW_FORMAT=DYNAMIC"));
  const std::string begin = "INSERT INTO " + name + " VALUES ";
  std::string statement;
  REHEARSAL_TRY(
      sql.for_each_row(fmt::format("SELECT {} FROM {}.{}", join(names, ", "), sql_name(schema), sql_name(table)),
                       [&](const Row& row) -> Result<void> {
                         statement += statement.empty() ? begin : ",";
                         for (std::size_t i = 0; i < row.size(); ++i) {
                           statement += (i == 0 ? "(" : ",") + (row[i] ? sql_string(*row[i]) : std::string("NULL"));
                         }
                         statement += ')';
                         if (statement.size() > kStatementBytes) {
                           Result<void> written = out.write(statement);
                           statement.clear();
                           return written ? check_interrupt() : std::move(written);
                         }
                         return {};
                       }));
  return statement.empty() ? Result<void>() : out.write(statement);
}

}  // namespace

void add_tables_read(std::string_view query, WantedTables& wanted) {
  const std::vector<Token> tokens = tokens_of(query);
  std::map<std::string, std::set<std::pair<std::string, std::string>>> tables;  // by alias
  std::set<std::size_t> names;                                                  // where a table's name begins
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto table = tokens[i].is("FROM") || tokens[i].is("JOIN") ? column_at(tokens, i + 1) : std::nullopt;
    if (table && i + 4 < tokens.size() && tokens[i + 4].names()) {
      tables[unquoted_name(tokens[i + 4].text)].insert(*table);
      names.insert(i + 1);
    }
  }
  const auto add = [&](const std::pair<std::string, std::string>& column, bool key) {
    for (const auto& table : tables[column.first]) {
      wanted[table].columns.insert(column.second);
      if (key) {
        wanted[table].keys.insert(column.second);
      }
    }
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto column = names.contains(i) ? std::nullopt : column_at(tokens, i);
    if (!column) {
      continue;
    }
    const auto other = i + 3 < tokens.size() && tokens[i + 3].is('=') ? column_at(tokens, i + 4) : std::nullopt;
    add(*column, other.has_value());
    if (other) {
      add(*other, true);
    }
  }
}

std::string end_schema(const std::string& schema) {
  return schema + std::string(kEnd);
}

std::string without_end(const std::string& schema) {
  return schema.ends_with(kEnd) ? schema.substr(0, schema.size() - kEnd.size()) : schema;
}

Result<void> export_tables(Sql& sql, const WantedTables& wanted, const fs::path& file) {
  REHEARSAL_TRY_SET(LineWriter out, LineWriter::create(file));
  for (const auto& [name, table] : wanted) {
    REHEARSAL_TRY(export_table(sql, name.first, name.second, table, out));
  }
  return out.close();
}

Result<void> import_tables(Sql& sql, const fs::path& file) {
  REHEARSAL_TRY_SET(LineReader in, LineReader::open(file));
  // The values come from tables that had them.
  REHEARSAL_TRY(sql.execute("SET SESSION sql_mode = '', SESSION unique_checks = 0"));
  for (;;) {
    REHEARSAL_TRY_SET(const std::optional<std::string> statement, in.next());
    if (!statement) {
      return {};
    }
    REHEARSAL_TRY(check_interrupt());
    REHEARSAL_TRY(sql.execute(*statement));
  }
}

}  // namespace rehearsal
