#include "harness/diagnosis/inserted_keys.h"

#include <algorithm>

#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// "INSERT INTO table", with the reader behind the table's name; false for all else.
bool is_insert_into(TokenReader& reader, const std::string& table) {
  Token token = reader.next();
  if (!token.is("INSERT") && !token.is("REPLACE")) {
    return false;
  }
  token = reader.next();
  while (token.is("IGNORE") || token.is("INTO") || token.is("DELAYED") || token.is("LOW_PRIORITY")) {
    token = reader.next();
  }
  std::string name = token.names() ? unquoted_name(token.text) : "";
  TokenReader ahead = reader;
  if (ahead.next().is('.')) {
    name = unquoted_name(ahead.next().text);
    reader = ahead;
  }
  return lower(name) == lower(table);
}

std::string value_of(const Token& token) {
  return token.kind == TokenKind::string ? unquoted_string(token.text, true) : std::string(token.text);
}

void read_rows(TokenReader& reader, const std::vector<std::size_t>& places, std::map<InsertedKey, int>& keys) {
  for (Token token = reader.next(); token.is('('); token = reader.next()) {
    std::vector<std::optional<std::string>> row(1);
    int depth = 1;
    while (depth > 0) {
      token = reader.next();
      if (token.kind == TokenKind::end) {
        return;
      }
      depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
      if (depth == 0) {
        break;
      }
      if (depth == 1 && token.is(',')) {
        row.emplace_back();
      } else if ((token.kind == TokenKind::string || token.kind == TokenKind::number) && !row.back()) {
        row.back() = value_of(token);
      } else if (!token.is("NULL")) {
        row.back().reset();
      }
    }
    InsertedKey key;
    for (const std::size_t place : places) {
      if (place < row.size() && row[place]) {
        key.push_back(*row[place]);
      }
    }
    if (key.size() == places.size()) {
      ++keys[key];
    }
    token = reader.next();
    if (!token.is(',')) {
      return;
    }
  }
}

}  // namespace

std::map<InsertedKey, int> inserted_keys(const std::deque<std::string>& statements, const std::string& table,
                                         const std::vector<std::string>& key_columns) {
  std::map<InsertedKey, int> keys;
  for (const std::string& statement : statements) {
    TokenReader reader(statement, kServerOfTexts);
    if (!is_insert_into(reader, table) || !reader.next().is('(')) {
      continue;
    }
    std::vector<std::string> columns;
    for (Token token = reader.next(); token.kind != TokenKind::end && !token.is(')'); token = reader.next()) {
      if (token.names()) {
        columns.push_back(lower(unquoted_name(token.text)));
      }
    }
    std::vector<std::size_t> places;
    for (const std::string& column : key_columns) {
      const auto found = std::find(columns.begin(), columns.end(), lower(column));
      if (found != columns.end()) {
        places.push_back(static_cast<std::size_t>(found - columns.begin()));
      }
    }
    const Token values = reader.next();
    if (places.size() == key_columns.size() && (values.is("VALUES") || values.is("VALUE"))) {
      read_rows(reader, places, keys);
    }
  }
  return keys;
}

std::optional<InsertedSelect> inserted_select(const std::deque<std::string>& statements, const std::string& table) {
  for (auto at = statements.rbegin(); at != statements.rend(); ++at) {
    TokenReader reader(*at, kServerOfTexts);
    if (!is_insert_into(reader, table)) {
      continue;
    }
    InsertedSelect found;
    for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
      if (token.is("SELECT")) {
        found.sql = at->substr(reader.position() - token.text.size());
        return found;
      }
      if (token.is("VALUES")) {
        break;
      }
      if (token.names()) {
        found.columns.push_back(unquoted_name(token.text));
      }
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string> tables_read_before(const std::deque<std::string>& statements, const std::string& table) {
  bool insert_seen = false;
  for (auto at = statements.rbegin(); at != statements.rend(); ++at) {
    TokenReader reader(*at, kServerOfTexts);
    if (!insert_seen) {
      insert_seen = is_insert_into(reader, table);
      continue;
    }
    if (!reader.next().is("SELECT")) {
      continue;
    }
    std::vector<std::string> tables;
    for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
      if (!token.is("FROM") && !token.is("JOIN")) {
        continue;
      }
      do {
        token = reader.next();
        std::string name = token.names() ? unquoted_name(token.text) : "";
        TokenReader ahead = reader;
        token = ahead.next();
        if (token.is('.')) {
          name = unquoted_name(ahead.next().text);
          reader = ahead;
          token = ahead.next();
        }
        if (!name.empty()) {
          tables.push_back(std::move(name));
        }
        if (token.is(',')) {
          reader = ahead;
        }
      } while (token.is(','));
    }
    if (!tables.empty()) {
      return tables;
    }
  }
  return {};
}

}  // namespace rehearsal
