#include "snapshots/index/table_objects.h"

#include <utility>

#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// The type as two servers agree on it. `arguments` is what stands in its brackets, without blanks.
std::string type_of(const Token& word, const std::string& arguments) {
  if (is_any(word, {"BOOL", "BOOLEAN", "TINYINT"})) {
    return "tinyint";
  }
  if (is_any(word, {"INT", "INTEGER"})) {
    return "int";
  }
  if (is_any(word, {"SMALLINT", "MEDIUMINT", "BIGINT"})) {
    return lower(word.text);
  }
  if (word.is("JSON")) {
    return "longtext";
  }
  // Which words an ENUM allows comes from a library of the day when the schema was made, not from its revision.
  if (is_any(word, {"ENUM", "SET"})) {
    return lower(word.text);
  }
  const std::string name = is_any(word, {"NUMERIC", "DEC"}) ? "decimal" : lower(word.text);
  return arguments.empty() ? name : name + "(" + arguments + ")";
}

class ObjectReader {
 public:
  ObjectReader(std::string_view text, unsigned server_version, Quoting quoting)
      : text_(text), reader_(text, server_version, quoting) {}

  std::vector<TableObject> run() {
    while (!token_.is('(') && advance()) {
    }
    while (token_.is('(') || token_.is(',')) {
      advance();
      item();
    }
    return std::move(objects_);
  }

 private:
  bool advance() {
    token_ = reader_.next();
    return token_.kind != TokenKind::end;
  }

  [[nodiscard]] std::size_t begin_of_token() const {
    return token_.kind == TokenKind::end ? text_.size() : static_cast<std::size_t>(token_.text.data() - text_.data());
  }

  void item() {
    const std::size_t begin = begin_of_token();
    const std::size_t first = objects_.size();
    if (token_.is("CONSTRAINT")) {
      advance();
      if (!is_any(token_, {"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"})) {
        advance();
      }
    }
    if (token_.is("PRIMARY")) {
      key("primary");
    } else if (token_.is("UNIQUE")) {
      key("unique");
    } else if (is_any(token_, {"KEY", "INDEX"})) {
      key("key");
    } else if (token_.is("FOREIGN")) {
      foreign_key();
    } else if (token_.names() && !is_any(token_, {"FULLTEXT", "SPATIAL", "CHECK", "PERIOD", "CONSTRAINT"})) {
      column();
    }
    skip_item();
    if (objects_.size() > first) {
      objects_[first].text = trim(text_.substr(begin, begin_of_token() - begin));
    }
  }

  void column() {
    const std::string name = unquoted_name(token_.text);
    advance();
    const Token type = token_;
    std::string arguments;
    advance();
    if (token_.is('(')) {
      arguments = parenthesis();
    }
    bool is_unsigned = false, null = true, generated = false, primary = false, unique = false;
    Token before;
    while (token_.kind != TokenKind::end && !token_.is(',') && !token_.is(')')) {
      if (token_.is('(')) {
        parenthesis();
        continue;
      }
      is_unsigned = is_unsigned || token_.is("UNSIGNED");
      null = null && !(token_.is("NULL") && before.is("NOT"));
      generated = generated || is_any(token_, {"AS", "GENERATED"});
      primary = primary || token_.is("PRIMARY");
      unique = unique || token_.is("UNIQUE");
      before = token_;
      advance();
    }
    std::string value = type_of(type, arguments) + (is_unsigned ? " unsigned" : "");
    value += generated ? " generated" : null && !primary ? " null" : "";
    objects_.push_back({.kind = "column", .name = name, .value = value});
    if (primary || unique) {
      objects_.push_back({.kind = primary ? "primary" : "unique", .name = name});
    }
  }

  void key(const char* kind) {
    while (!token_.is('(') && !token_.is(')') && !token_.is(',') && advance()) {
    }
    if (const std::vector<std::string> columns = columns_here(); !columns.empty()) {
      objects_.push_back({.kind = kind, .name = join(columns, ",")});
    }
  }

  void foreign_key() {
    while (!token_.is('(') && !token_.is(')') && !token_.is(',') && advance()) {
    }
    const std::vector<std::string> columns = columns_here();
    if (!token_.is("REFERENCES")) {
      return;
    }
    std::string parent;
    while (advance() && !token_.is('(') && !token_.is(',')) {
      if (token_.names()) {
        parent = unquoted_name(token_.text);
      }
    }
    const std::vector<std::string> targets = columns_here();
    objects_.push_back({.kind = "foreign", .name = join(columns, ",") + ">" + parent + "(" + join(targets, ",") + ")"});
  }

  // From "(" to the token behind its ")"; none where a part is no column.
  std::vector<std::string> columns_here() {
    std::vector<std::string> columns;
    bool expression = false;
    while (token_.is('(') || token_.is(',')) {
      advance();
      expression = expression || !token_.names();
      columns.push_back(unquoted_name(token_.text));
      while (!token_.is(',') && !token_.is(')') && token_.kind != TokenKind::end) {
        advance();
        if (token_.is('(')) {
          skip_parentheses();
        }
      }
    }
    advance();
    return expression ? std::vector<std::string>() : columns;
  }

  // The words from "(" to its ")", without blanks; ends behind it.
  std::string parenthesis() {
    std::string inside;
    int depth = 1;
    while (depth > 0 && advance()) {
      depth += token_.is('(') ? 1 : token_.is(')') ? -1 : 0;
      inside += depth > 0 ? std::string(token_.text) : "";
    }
    advance();
    return inside;
  }

  // From "(" to the token behind its ")", and so on while there is one.
  void skip_parentheses() {
    while (token_.is('(')) {
      parenthesis();
    }
  }

  void skip_item() {
    while (token_.kind != TokenKind::end && !token_.is(',') && !token_.is(')')) {
      token_.is('(') ? skip_parentheses() : static_cast<void>(advance());
    }
  }

  std::string_view text_;
  TokenReader reader_;
  Token token_;
  std::vector<TableObject> objects_;
};

}  // namespace

std::vector<TableObject> table_objects(std::string_view create_table, unsigned server_version, Quoting quoting) {
  return ObjectReader(create_table, server_version, quoting).run();
}

}  // namespace rehearsal
