#include "snapshots/index/table_definition.h"

#include <algorithm>

#include "base/sql/tokens.h"

namespace rehearsal {

namespace {

ColumnKind kind_of_type(const Token& type) {
  if (is_any(type, {"TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER", "BIGINT", "DECIMAL", "NUMERIC", "FLOAT",
                    "DOUBLE", "BOOLEAN", "BOOL"})) {
    return ColumnKind::number;
  }
  if (is_any(type, {"CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "JSON", "SET", "TIME", "BINARY",
                    "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "UUID", "INET6"})) {
    return ColumnKind::text;
  }
  if (is_any(type, {"DATE", "DATETIME", "TIMESTAMP"})) {
    return ColumnKind::date;
  }
  return type.is("ENUM") ? ColumnKind::choice : ColumnKind::other;
}

class DefinitionReader {
 public:
  DefinitionReader(std::string_view text, unsigned server_version, Quoting quoting)
      : reader_(text, server_version, quoting) {}

  TableDefinition run() {
    while (!token_.is('(') && advance()) {
      if (token_.is("LIKE")) {
        return like();
      }
    }
    while (token_.is('(') || token_.is(',')) {
      advance();
      item();
    }
    options();
    if (!primary_.empty()) {
      definition_.has_primary = true;
      definition_.unique_keys.insert(definition_.unique_keys.begin(), primary_);
    }
    return std::move(definition_);
  }

 private:
  bool advance() {
    token_ = reader_.next();
    return token_.kind != TokenKind::end;
  }

  TableDefinition like() {
    while (advance() && !token_.is(')')) {
      definition_.like += token_.is('.') ? "." : unquoted_name(token_.text);
    }
    return std::move(definition_);
  }

  // One column, key or constraint, up to the comma or the closing parenthesis behind it.
  void item() {
    if (token_.is("CONSTRAINT")) {
      advance();
      if (!is_any(token_, {"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"})) {
        advance();
      }
    }
    if (token_.is("PRIMARY") || token_.is("UNIQUE")) {
      const bool primary = token_.is("PRIMARY");
      if (std::vector<std::string> columns = key(); !columns.empty()) {
        primary ? primary_ = std::move(columns) : definition_.unique_keys.emplace_back(std::move(columns));
      }
    } else if (token_.is("KEY") || token_.is("INDEX")) {
      if (std::vector<std::string> columns = key(); !columns.empty()) {
        definition_.plain_keys.push_back(std::move(columns));
      }
    } else if (token_.names() && !is_constraint()) {
      column();
    }
    skip_item();
  }

  [[nodiscard]] bool is_constraint() const {
    return is_any(token_, {"KEY", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK", "PERIOD", "CONSTRAINT"});
  }

  // The columns of a key; none where it is over an expression.
  std::vector<std::string> key() {
    while (!token_.is('(') && !token_.is(')') && !token_.is(',') && advance()) {
    }
    std::vector<std::string> columns;
    bool expression = false;
    while (token_.is('(') || token_.is(',')) {
      advance();
      expression = expression || !token_.names();
      columns.push_back(unquoted_name(token_.text));
      while (!token_.is(',') && !token_.is(')') && token_.kind != TokenKind::end) {
        token_.is('(') ? skip_parentheses() : static_cast<void>(advance());
      }
    }
    advance();
    return expression ? std::vector<std::string>() : columns;
  }

  void column() {
    const std::string name = unquoted_name(token_.text);
    definition_.columns.push_back(name);
    definition_.kinds.push_back(ColumnKind::other);
    bool after_default = false;
    bool after_kind_of_key = false;
    for (bool type = true; advance() && !token_.is(',') && !token_.is(')'); type = false) {
      if (type) {
        definition_.kinds.back() = token_.is("SERIAL") ? ColumnKind::number : kind_of_type(token_);
        if (token_.is("SERIAL")) {
          definition_.unique_keys.push_back({name});
        }
      } else if (is_any(token_, {"AS", "INVISIBLE", "GENERATED", "ROW"})) {
        definition_.kinds.back() = ColumnKind::other;
      }
      if (token_.is('(')) {
        skip_parentheses_here();
      } else if (token_.is("PRIMARY") || (token_.is("KEY") && !after_kind_of_key)) {
        primary_ = {name};
      } else if (token_.is("UNIQUE")) {
        definition_.unique_keys.push_back({name});
      } else if (after_default && token_.kind == TokenKind::string && token_.text.substr(1).starts_with("0000-00-00")) {
        definition_.zero_date_default = true;
      }
      after_default = token_.is("DEFAULT");
      after_kind_of_key = is_any(token_, {"PRIMARY", "UNIQUE"});
    }
  }

  void skip_item() {
    while (token_.kind != TokenKind::end && !token_.is(',') && !token_.is(')')) {
      token_.is('(') ? skip_parentheses() : static_cast<void>(advance());
    }
  }

  // From "(" to the token behind its ")".
  void skip_parentheses() {
    skip_parentheses_here();
    advance();
  }

  // From "(" to its ")".
  void skip_parentheses_here() {
    int depth = 1;
    while (depth > 0 && advance()) {
      depth += token_.is('(') ? 1 : token_.is(')') ? -1 : 0;
    }
  }

  void options() {
    while (advance()) {
      const bool engine = token_.is("ENGINE");
      if (!engine && !token_.is("ROW_FORMAT")) {
        continue;
      }
      advance();
      if (token_.is('=')) {
        advance();
      }
      std::string value = unquoted_name(token_.text);
      if (engine) {
        definition_.engine = definition_.engine.empty() ? value : definition_.engine;  // partitions repeat it
      } else {
        std::transform(value.begin(), value.end(), value.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        definition_.row_format = value;
      }
    }
  }

  TokenReader reader_;
  Token token_;
  TableDefinition definition_;
  std::vector<std::string> primary_;
};

}  // namespace

TableDefinition read_table_definition(std::string_view create_table, unsigned server_version, Quoting quoting) {
  return DefinitionReader(create_table, server_version, quoting).run();
}

}  // namespace rehearsal
