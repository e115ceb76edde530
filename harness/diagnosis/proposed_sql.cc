#include "harness/diagnosis/proposed_sql.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/contains.h"
#include "base/sql/ddl.h"
#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Options of ALTER TABLE that leave every row where it is.
constexpr std::array<std::string_view, 14> kHarmlessOptions = {
    "",          "ROW_FORMAT", "COMMENT", "DEFAULT",        "CHARACTER",        "CHARSET", "COLLATE", "AUTO_INCREMENT",
    "ALGORITHM", "LOCK",       "FORCE",   "KEY_BLOCK_SIZE", "STATS_PERSISTENT", "CHECK"};

// "[schema.]table", with the reader behind it; `token` is the name's first part and becomes what follows.
Taking take_table(TokenReader& reader, Token& token, std::string verb) {
  Taking taking;
  taking.kind = Taking::Kind::table;
  taking.verb = std::move(verb);
  taking.table = token.names() ? unquoted_name(token.text) : "";
  token = reader.next();
  if (token.is('.')) {
    taking.schema = std::move(taking.table);
    taking.table = unquoted_name(reader.next().text);
    token = reader.next();
  }
  if (taking.table.empty()) {
    taking.kind = Taking::Kind::unknown;
  }
  return taking;
}

Token without_if_exists(TokenReader& reader, Token token) {
  while (token.is("IF") || token.is("NOT") || token.is("EXISTS")) {
    token = reader.next();
  }
  return token;
}

std::vector<Taking> of_drop(TokenReader& reader) {
  Token token = reader.next();
  const bool temporary = token.is("TEMPORARY");
  token = temporary ? reader.next() : token;
  if (token.is("TABLE") || token.is("TABLES")) {
    std::vector<Taking> takings;
    token = without_if_exists(reader, reader.next());
    do {
      takings.push_back(take_table(reader, token, "drop"));
    } while (token.is(',') && (token = reader.next()).names());
    return temporary ? std::vector<Taking>(1) : takings;
  }
  if (token.is("DATABASE") || token.is("SCHEMA")) {
    token = without_if_exists(reader, reader.next());
    Taking taking;
    taking.kind = Taking::Kind::schema;
    taking.verb = "drop";
    taking.schema = unquoted_name(token.text);
    return {taking};
  }
  Taking taking;
  taking.kind = is_any(token, {"INDEX", "VIEW", "TRIGGER", "EVENT", "PROCEDURE", "FUNCTION", "USER", "ROLE"})
                    ? Taking::Kind::none
                    : Taking::Kind::unknown;
  return {taking};
}

std::vector<Taking> of_rename(TokenReader& reader) {
  Token token = reader.next();
  if (!token.is("TABLE") && !token.is("TABLES")) {
    Taking taking;
    taking.kind = token.is("USER") ? Taking::Kind::none : Taking::Kind::unknown;
    return {taking};
  }
  std::vector<Taking> takings;
  token = without_if_exists(reader, reader.next());
  do {
    takings.push_back(take_table(reader, token, "rename"));
    token = reader.next();  // behind TO
    (void)take_table(reader, token, "");
  } while (token.is(',') && (token = reader.next()).names());
  return takings;
}

Taking of_action(const DdlStatement& statement, const DdlAction& action, std::string_view sql) {
  Taking taking;
  taking.schema = statement.schema;
  taking.table = statement.table;
  switch (action.kind) {
    case DdlAction::Kind::drop_column:
      // DROP PARTITION reads like a column of that name.
      taking.kind = lower(action.name) == "partition" ? Taking::Kind::unknown : Taking::Kind::column;
      taking.verb = "drop";
      taking.column = action.name;
      break;
    case DdlAction::Kind::rename_column:
      taking.kind = Taking::Kind::column;
      taking.verb = "rename";
      taking.column = action.name;
      break;
    case DdlAction::Kind::modify_column:
      if (lower(action.name) != lower(action.column.name)) {
        taking.kind = Taking::Kind::column;
        taking.verb = "rename";
        taking.column = action.name;
      }
      break;
    case DdlAction::Kind::rename_table:
      taking.kind = Taking::Kind::table;
      taking.verb = "rename";
      break;
    case DdlAction::Kind::option: {
      const bool engine = action.name == "ENGINE" && lower(sql).find("innodb") != std::string::npos;
      const bool known = contains(kHarmlessOptions, action.name);
      taking.kind = engine || known ? Taking::Kind::none : Taking::Kind::unknown;
      break;
    }
    case DdlAction::Kind::add_column:
    case DdlAction::Kind::add_key:
    case DdlAction::Kind::drop_key:
    case DdlAction::Kind::rename_key:
    case DdlAction::Kind::add_foreign_key:
    case DdlAction::Kind::drop_foreign_key:
    case DdlAction::Kind::convert:
    case DdlAction::Kind::drop_constraint:
      break;
  }
  return taking;
}

std::vector<Taking> of_alter(TokenReader& reader, const std::string& sql) {
  const Token token = reader.next();
  Taking taking;
  if (is_any(token, {"DATABASE", "SCHEMA", "USER", "VIEW", "EVENT"})) {
    return {taking};
  }
  const std::optional<DdlStatement> statement = parse_ddl(sql);
  taking.kind = Taking::Kind::unknown;
  if (!statement || statement->kind != DdlStatement::Kind::alter_table) {
    return {taking};
  }
  std::vector<Taking> takings;
  for (const DdlAction& action : statement->actions) {
    takings.push_back(of_action(*statement, action, sql));
  }
  return takings.empty() ? std::vector<Taking>{taking} : takings;
}

// CREATE OR REPLACE TABLE drops the table that was there.
std::vector<Taking> of_create(TokenReader& reader) {
  Token token = reader.next();
  const bool replaces = token.is("OR");
  if (!replaces) {
    return std::vector<Taking>(1);
  }
  (void)reader.next();
  token = reader.next();
  if (!token.is("TABLE")) {
    return std::vector<Taking>(1);
  }
  token = reader.next();
  return {take_table(reader, token, "drop")};
}

}  // namespace

std::vector<std::string> statements_of(const std::string& sql) {
  std::vector<std::string> statements;
  TokenReader reader(sql, kServerOfTexts);
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    if (const std::string_view text = trim(std::string_view(sql).substr(begin, end - begin)); !text.empty()) {
      statements.emplace_back(text);
    }
  };
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.is(';')) {
      add(reader.position() - 1);
      begin = reader.position();
    }
  }
  add(sql.size());
  return statements;
}

std::vector<Taking> takings_of(const std::string& statement) {
  TokenReader reader(statement, kServerOfTexts);
  Token token = reader.next();
  Taking taking;
  if (token.is("DROP")) {
    return of_drop(reader);
  }
  if (token.is("RENAME")) {
    return of_rename(reader);
  }
  if (token.is("ALTER")) {
    return of_alter(reader, statement);
  }
  if (token.is("CREATE")) {
    return of_create(reader);
  }
  if (token.is("TRUNCATE")) {
    token = reader.next();
    token = token.is("TABLE") ? reader.next() : token;
    return {take_table(reader, token, "empty")};
  }
  if (token.is("USE")) {
    taking.kind = Taking::Kind::use;
    taking.schema = unquoted_name(reader.next().text);
    return {taking};
  }
  if (is_any(token, {"UPDATE", "DELETE", "REPLACE", "INSERT"})) {
    taking.kind = Taking::Kind::rows;
    return {taking};
  }
  const bool harmless = is_any(token, {"SELECT", "SHOW", "SET", "GRANT", "REVOKE", "ANALYZE", "CHECK", "OPTIMIZE",
                                       "FLUSH", "XA", "KILL", "DO", "REPAIR"}) ||
                        token.kind == TokenKind::end;
  taking.kind = harmless ? Taking::Kind::none : Taking::Kind::unknown;
  return {taking};
}

std::vector<std::string> names_of_statement(const std::string& statement) {
  std::set<std::string> seen;
  std::vector<std::string> names;
  TokenReader reader(statement, kServerOfTexts);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.names()) {
      std::string name = unquoted_name(token.text);
      if (seen.insert(lower(name)).second) {
        names.push_back(std::move(name));
      }
    }
  }
  return names;
}

}  // namespace rehearsal
