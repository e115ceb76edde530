#include "base/sql/ddl_parts.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace rehearsal::ddl {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

bool take_if_exists(Words& words) {
  if (words.peek().is("IF")) {
    words.take();
    words.take("NOT");
    words.take("EXISTS");
    return true;
  }
  return false;
}

void take_table_name(Words& words, std::string& schema, std::string& table) {
  table = words.name();
  if (words.take('.')) {
    schema = std::move(table);
    table = words.name();
  }
}

std::vector<std::string> take_columns(Words& words) {
  std::vector<std::string> columns;
  if (!words.take('(')) {
    return columns;
  }
  while (!words.done() && !words.peek().is(')')) {
    if (std::string name = words.name(); !name.empty()) {
      columns.push_back(std::move(name));
    }
    words.skip_part();
    if (!words.take(',')) {
      break;
    }
  }
  words.take(')');
  return columns;
}

ForeignKeySpec take_references(Words& words, ForeignKeySpec key) {
  take_table_name(words, key.schema, key.table);
  key.target_columns = take_columns(words);
  while (words.peek().is("ON")) {
    words.take();
    const bool on_delete = words.peek().is("DELETE");
    words.take();
    std::string action = upper(words.take().text);
    if (action == "SET" || action == "NO") {
      action += " " + upper(words.take().text);
    }
    if (on_delete && action != "RESTRICT" && action != "NO ACTION") {
      key.on_delete = action;
    }
  }
  return key;
}

ColumnSpec take_column(Words& words, std::string name, std::vector<DdlAction>& said_in_passing) {
  ColumnSpec column;
  column.name = std::move(name);
  column.type = upper(words.take().text);
  if (column.type == "DOUBLE") {
    words.take("PRECISION");
  }
  if (words.take('(')) {
    while (!words.done() && !words.peek().is(')')) {
      const Token token = words.take();
      if (token.kind == TokenKind::string) {
        column.values.push_back(unquoted_string(token.text, true));
      } else if (token.kind == TokenKind::number && !column.length) {
        column.length = number_of(token.text);
      }
    }
    words.take(')');
  }
  while (!words.done() && !words.peek().is(',') && !words.peek().is(')')) {
    if (words.take("UNSIGNED")) {
      column.is_unsigned = true;
    } else if (words.take("NOT")) {
      column.not_null = words.take("NULL") || column.not_null;
    } else if (words.take("AUTO_INCREMENT")) {
      column.auto_increment = true;
    } else if (words.take("COLLATE")) {
      words.take('=');
      column.collation = lower(unquoted_name(words.take().text));
    } else if (words.take("CHARSET") || (words.peek().is("CHARACTER") && words.peek(1).is("SET"))) {
      if (words.take("CHARACTER")) {
        words.take("SET");
      }
      column.charset = lower(unquoted_name(words.take().text));
    } else if (words.take("DEFAULT")) {
      if (words.take("NULL")) {
        continue;
      }
      std::string value(words.take().text);
      if (value == "-" || value == "+") {
        value += words.take().text;
      }
      if (words.take('(')) {  // a function, or an expression in parentheses
        words.skip_parentheses();
        value += "()";
      }
      column.default_sql = value;
    } else if (words.take("UNIQUE")) {
      words.take("KEY");
      DdlAction key;
      key.kind = DdlAction::Kind::add_key;
      key.key = {.name = "", .columns = {column.name}, .unique = true};
      said_in_passing.push_back(key);
    } else if (words.take("PRIMARY")) {
      words.take("KEY");
      DdlAction key;
      key.kind = DdlAction::Kind::add_key;
      key.key = {.name = "PRIMARY", .columns = {column.name}, .unique = true, .primary = true};
      said_in_passing.push_back(key);
    } else if (words.take("REFERENCES")) {
      DdlAction key;
      key.kind = DdlAction::Kind::add_foreign_key;
      key.foreign_key.columns = {column.name};
      key.foreign_key = take_references(words, std::move(key.foreign_key));
      said_in_passing.push_back(key);
    } else if (words.take().is('(')) {
      words.skip_parentheses();
    }
  }
  return column;
}

std::optional<DdlAction> take_key(Words& words) {
  DdlAction action;
  std::string constraint;
  if (words.peek().is("CONSTRAINT")) {
    words.take();
    if (!words.peek().is("UNIQUE") && !words.peek().is("PRIMARY") && !words.peek().is("FOREIGN") &&
        !words.peek().is("CHECK")) {
      take_if_exists(words);
      constraint = words.name();
    }
  }
  if (words.take("FOREIGN")) {
    words.take("KEY");
    action.kind = DdlAction::Kind::add_foreign_key;
    action.if_exists = take_if_exists(words);
    std::string name = words.peek().is('(') ? "" : words.name();
    action.foreign_key.name = constraint.empty() ? name : constraint;
    action.foreign_key.columns = take_columns(words);
    words.take("REFERENCES");
    action.foreign_key = take_references(words, std::move(action.foreign_key));
    return action;
  }
  if (words.take("CHECK")) {
    action.name = constraint;
    words.skip_part();
    return action;
  }
  const bool primary = words.peek().is("PRIMARY");
  const bool unique = words.peek().is("UNIQUE");
  const bool other = words.peek().is("FULLTEXT") || words.peek().is("SPATIAL");
  const bool plain = words.peek().is("KEY") || words.peek().is("INDEX");
  // `key` may be a column's name: "key VARCHAR(255)".
  const bool column_named_key = plain && words.peek(1).kind == TokenKind::word && words.peek(2).is('(') &&
                                words.peek(3).kind == TokenKind::number;
  if ((!primary && !unique && !other && !plain) || column_named_key || words.peek().kind != TokenKind::word) {
    return std::nullopt;
  }
  words.take();
  if (!plain) {
    if (!words.take("KEY")) {
      words.take("INDEX");
    }
  }
  action.kind = DdlAction::Kind::add_key;
  action.if_exists = take_if_exists(words);
  action.key.primary = primary;
  action.key.unique = primary || unique;
  action.key.name = primary ? "PRIMARY" : words.peek().is('(') ? constraint : words.name();
  if (words.take("USING")) {
    words.take();
  }
  action.key.columns = take_columns(words);
  words.skip_part();
  return action;
}

}  // namespace rehearsal::ddl
