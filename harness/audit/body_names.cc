#include "harness/audit/body_names.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Words that may follow a table in a statement and are no alias of it.
constexpr std::array kNoAlias = {
    "WHERE",     "JOIN",      "LEFT",   "RIGHT",  "INNER", "OUTER",  "CROSS",   "NATURAL", "STRAIGHT_JOIN",
    "ON",        "USING",     "SET",    "ORDER",  "GROUP", "HAVING", "LIMIT",   "UNION",   "EXCEPT",
    "INTERSECT", "VALUES",    "VALUE",  "SELECT", "FOR",   "USE",    "FORCE",   "IGNORE",  "LOCK",
    "FROM",      "PARTITION", "WINDOW", "THEN",   "ELSE",  "END",    "DO",      "BEGIN",   "IN",
    "IS",        "AND",       "OR",     "NOT",    "LIKE",  "REGEXP", "BETWEEN", "INTO",    "RETURNING",
    "DESC",      "ASC",       "WHEN",   "CASE",   "DIV",
};

bool is_keyword(const Token& token) {
  return std::any_of(kNoAlias.begin(), kNoAlias.end(), [&](const char* word) { return token.is(word); });
}

std::string name_of(const Token& token) {
  return lower(unquoted_name(token.text));
}

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  TokenReader reader(sql, kServerOfTexts);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    tokens.push_back(token);
  }
  return tokens;
}

}  // namespace

BodyNames::BodyNames(std::string_view sql, std::string schema, std::string own_table)
    : schema_(lower(schema)), own_table_(lower(own_table)) {
  const std::vector<Token> tokens = tokens_of(sql);
  const auto at = [&](std::size_t i) { return i < tokens.size() ? tokens[i] : Token{}; };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].names()) {
      continue;
    }
    Chain chain;
    chain.is_alias = i > 0 && tokens[i - 1].is("AS");
    chain.parts.push_back(name_of(tokens[i]));
    while (at(i + 1).is('.') && at(i + 2).names()) {
      i += 2;
      chain.parts.push_back(name_of(tokens[i]));
    }
    chain.is_alias = chain.is_alias || at(i + 1).is('(');
    const std::size_t next = at(i + 1).is("AS") ? i + 2 : i + 1;
    if (at(next).names() && !is_keyword(at(next)) && !at(next + 1).is('.')) {
      chain.alias = name_of(at(next));
    }
    chains_.push_back(std::move(chain));
  }
}

bool BodyNames::is_table(const Chain& chain, const std::string& schema, const std::string& table) const {
  const auto& parts = chain.parts;
  return (parts.size() == 1 && parts[0] == table && schema == schema_) ||
         (parts.size() == 2 && parts[0] == schema && parts[1] == table);
}

bool BodyNames::names_table(const std::string& schema, const std::string& table) const {
  const std::string in = lower(schema);
  const std::string name = lower(table);
  // "INSERT INTO t (a, b)" looks like a call; of a table, a bare name is enough whatever follows.
  return std::any_of(chains_.begin(), chains_.end(), [&](const Chain& chain) {
    const auto& parts = chain.parts;
    return is_table(chain, in, name) || (parts.size() == 2 && parts[0] == name && in == schema_) ||
           (parts.size() == 3 && parts[0] == in && parts[1] == name);
  });
}

bool BodyNames::names_column(const std::string& schema, const std::string& table, const std::string& column) const {
  const std::string in = lower(schema);
  const std::string name = lower(table);
  const std::string wanted = lower(column);
  std::set<std::string> aliases;
  if (in == schema_) {
    aliases.insert(name);
  }
  for (const Chain& chain : chains_) {
    if (is_table(chain, in, name) && !chain.alias.empty()) {
      aliases.insert(chain.alias);
    }
  }
  if (own_table_ == name && in == schema_) {
    aliases.insert({"new", "old"});
  }
  const bool mentioned = names_table(schema, table);
  return std::any_of(chains_.begin(), chains_.end(), [&](const Chain& chain) {
    const auto& parts = chain.parts;
    if (chain.is_alias || parts.back() != wanted) {
      return false;
    }
    switch (parts.size()) {
      case 1:
        return mentioned && wanted != name;
      case 2:
        return aliases.contains(parts[0]);
      default:
        return parts[parts.size() - 2] == name && parts[parts.size() - 3] == in;
    }
  });
}

}  // namespace rehearsal
