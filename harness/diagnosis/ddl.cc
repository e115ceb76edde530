#include "harness/diagnosis/ddl.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"
#include "snapshots/tokens.h"

namespace rehearsal {

namespace {

constexpr unsigned kServerVersion = 101118;

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// All tokens of the statement, so that the reader may look ahead.
class Words {
 public:
  explicit Words(std::string_view sql) {
    TokenReader reader(sql, kServerVersion);
    for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
      if (token.is(';')) {
        break;
      }
      tokens_.push_back(token);
    }
  }
  [[nodiscard]] bool done() const { return at_ >= tokens_.size(); }
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    static const Token kNone;
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kNone;
  }
  Token take() { return done() ? Token() : tokens_[at_++]; }
  bool take(std::string_view word) {
    const bool is = peek().is(word);
    at_ += is ? 1 : 0;
    return is;
  }
  bool take(char symbol) {
    const bool is = peek().is(symbol);
    at_ += is ? 1 : 0;
    return is;
  }
  std::string name() { return peek().names() ? unquoted_name(take().text) : std::string(); }
  // Behind the parenthesis that closes the one just taken.
  void skip_parentheses() {
    for (int depth = 1; depth > 0 && !done();) {
      const Token token = take();
      depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    }
  }
  // To the comma or closing parenthesis that ends this part.
  void skip_part() {
    while (!done() && !peek().is(',') && !peek().is(')')) {
      if (take().is('(')) {
        skip_parentheses();
      }
    }
  }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

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

// "(a, b(10) DESC)"; the parenthesis is still to come. Expressions leave the list empty.
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

// Type and attributes of a column, up to the comma that ends it. A key said in passing comes back as an action.
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
      key.key = {"", {column.name}, true, false};
      said_in_passing.push_back(key);
    } else if (words.take("PRIMARY")) {
      words.take("KEY");
      DdlAction key;
      key.kind = DdlAction::Kind::add_key;
      key.key = {"PRIMARY", {column.name}, true, true};
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

// A key or constraint at the words' place; nothing where there is a column instead.
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

void add_columns(Words& words, DdlStatement& statement, std::string name, bool if_exists) {
  DdlAction action;
  action.kind = DdlAction::Kind::add_column;
  action.if_exists = if_exists;
  std::vector<DdlAction> more;
  action.column = take_column(words, std::move(name), more);
  action.name = action.column.name;
  statement.actions.push_back(std::move(action));
  statement.actions.insert(statement.actions.end(), more.begin(), more.end());
}

void read_add(Words& words, DdlStatement& statement) {
  if (std::optional<DdlAction> key = take_key(words)) {
    statement.actions.push_back(std::move(*key));
    return;
  }
  words.take("COLUMN");
  const bool if_exists = take_if_exists(words);
  if (words.take('(')) {
    while (!words.done() && !words.peek().is(')')) {
      add_columns(words, statement, words.name(), if_exists);
      words.take(',');
    }
    words.take(')');
    return;
  }
  add_columns(words, statement, words.name(), if_exists);
}

void read_drop(Words& words, DdlStatement& statement) {
  DdlAction action;
  if (words.take("PRIMARY")) {
    words.take("KEY");
    action.kind = DdlAction::Kind::drop_key;
    action.name = "PRIMARY";
  } else if (words.take("FOREIGN")) {
    words.take("KEY");
    action.kind = DdlAction::Kind::drop_foreign_key;
  } else if (words.take("CONSTRAINT") || words.take("CHECK")) {
    action.kind = DdlAction::Kind::drop_constraint;
  } else if (words.take("INDEX") || words.take("KEY")) {
    action.kind = DdlAction::Kind::drop_key;
  } else {
    words.take("COLUMN");
    action.kind = DdlAction::Kind::drop_column;
  }
  action.if_exists = take_if_exists(words);
  if (action.name.empty()) {
    action.name = words.name();
  }
  statement.actions.push_back(std::move(action));
}

void read_change(Words& words, DdlStatement& statement, bool renames) {
  DdlAction action;
  action.kind = DdlAction::Kind::modify_column;
  words.take("COLUMN");
  action.if_exists = take_if_exists(words);
  action.name = words.name();
  std::vector<DdlAction> more;
  std::string name = renames ? words.name() : action.name;
  action.column = take_column(words, std::move(name), more);
  statement.actions.push_back(std::move(action));
  statement.actions.insert(statement.actions.end(), more.begin(), more.end());
}

void read_rename(Words& words, DdlStatement& statement) {
  DdlAction action;
  if (words.take("COLUMN")) {
    action.kind = DdlAction::Kind::rename_column;
  } else if (words.take("INDEX") || words.take("KEY")) {
    action.kind = DdlAction::Kind::rename_key;
  } else {
    action.kind = DdlAction::Kind::rename_table;
    if (!words.take("TO")) {
      words.take("AS");
    }
    take_table_name(words, action.schema, action.name);
    statement.actions.push_back(std::move(action));
    return;
  }
  action.if_exists = take_if_exists(words);
  action.name = words.name();
  words.take("TO");
  action.column.name = words.name();
  statement.actions.push_back(std::move(action));
}

void read_convert(Words& words, DdlStatement& statement) {
  DdlAction action;
  action.kind = DdlAction::Kind::convert;
  words.take("TO");
  if (!words.take("CHARSET")) {
    words.take("CHARACTER");
    words.take("SET");
  }
  action.column.charset = lower(unquoted_name(words.take().text));
  if (words.take("COLLATE")) {
    action.column.collation = lower(unquoted_name(words.take().text));
  }
  statement.actions.push_back(std::move(action));
}

void read_alter(Words& words, DdlStatement& statement) {
  while (!words.done()) {
    if (words.take("ADD")) {
      read_add(words, statement);
    } else if (words.take("DROP")) {
      read_drop(words, statement);
    } else if (words.take("MODIFY")) {
      read_change(words, statement, false);
    } else if (words.take("CHANGE")) {
      read_change(words, statement, true);
    } else if (words.take("RENAME")) {
      read_rename(words, statement);
    } else if (words.take("CONVERT")) {
      read_convert(words, statement);
    } else {
      statement.actions.emplace_back();
      statement.actions.back().name = upper(words.peek().text);
    }
    words.skip_part();
    if (!words.take(',') && !words.done()) {
      words.take();
    }
  }
}

void read_create(Words& words, DdlStatement& statement) {
  statement.kind = DdlStatement::Kind::create_table;
  if (words.take('(')) {
    while (!words.done() && !words.peek().is(')')) {
      if (std::optional<DdlAction> key = take_key(words)) {
        statement.actions.push_back(std::move(*key));
        words.skip_part();
      } else {
        add_columns(words, statement, words.name(), false);
      }
      if (!words.take(',')) {
        break;
      }
    }
    words.take(')');
  }
  while (!words.done()) {
    if (words.take("CHARSET") || (words.peek().is("CHARACTER") && words.peek(1).is("SET"))) {
      if (words.take("CHARACTER")) {
        words.take("SET");
      }
      words.take('=');
      statement.charset = lower(unquoted_name(words.take().text));
    } else if (words.take("COLLATE")) {
      words.take('=');
      statement.collation = lower(unquoted_name(words.take().text));
    } else {
      words.take();
    }
  }
}

}  // namespace

std::string canonical_type(std::string_view type) {
  const std::string name = upper(type);
  if (name == "BOOL" || name == "BOOLEAN") {
    return "TINYINT";
  }
  if (name == "INTEGER") {
    return "INT";
  }
  if (name == "NUMERIC" || name == "DEC" || name == "FIXED") {
    return "DECIMAL";
  }
  if (name == "REAL") {
    return "DOUBLE";
  }
  return name;
}

std::optional<DdlStatement> parse_ddl(std::string_view sql) {
  Words words(sql);
  DdlStatement statement;
  if (words.take("ALTER")) {
    words.take("ONLINE");
    statement.ignore = words.take("IGNORE");
    if (!words.take("TABLE")) {
      return std::nullopt;
    }
    statement.if_exists = take_if_exists(words);
    take_table_name(words, statement.schema, statement.table);
    read_alter(words, statement);
  } else if (words.take("CREATE")) {
    words.take("OR");
    words.take("REPLACE");
    const bool temporary = words.take("TEMPORARY");
    if (words.take("TABLE")) {
      statement.if_exists = take_if_exists(words);
      take_table_name(words, statement.schema, statement.table);
      read_create(words, statement);
      return temporary || statement.table.empty() ? std::nullopt : std::optional(statement);
    }
    DdlAction action;
    action.kind = DdlAction::Kind::add_key;
    action.key.unique = words.take("UNIQUE");
    if (!action.key.unique && !words.take("FULLTEXT")) {
      words.take("SPATIAL");
    }
    if (!words.take("INDEX")) {
      return std::nullopt;
    }
    action.if_exists = take_if_exists(words);
    action.key.name = words.name();
    if (words.take("USING")) {
      words.take();
    }
    if (!words.take("ON")) {
      return std::nullopt;
    }
    take_table_name(words, statement.schema, statement.table);
    action.key.columns = take_columns(words);
    statement.actions.push_back(std::move(action));
  } else if (words.take("DROP")) {
    DdlAction action;
    if (words.take("INDEX")) {
      action.kind = DdlAction::Kind::drop_key;
      action.if_exists = take_if_exists(words);
      action.name = words.name();
      words.take("ON");
      take_table_name(words, statement.schema, statement.table);
      statement.actions.push_back(std::move(action));
    } else if (words.take("TABLE")) {
      statement.kind = DdlStatement::Kind::drop_table;
      statement.if_exists = take_if_exists(words);
      take_table_name(words, statement.schema, statement.table);
    } else {
      return std::nullopt;
    }
  } else if (words.take("RENAME") && words.take("TABLE")) {
    take_table_name(words, statement.schema, statement.table);
    words.take("TO");
    DdlAction action;
    action.kind = DdlAction::Kind::rename_table;
    take_table_name(words, action.schema, action.name);
    statement.actions.push_back(std::move(action));
  }
  return statement.table.empty() ? std::nullopt : std::optional(statement);
}

}  // namespace rehearsal
