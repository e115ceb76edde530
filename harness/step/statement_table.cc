#include "harness/step/statement_table.h"

#include <string_view>

#include "base/sql/tokens.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// The words and names of a statement, quotes and qualifiers dropped: "`a`.`b`(" is "b".
std::vector<std::string> words_of(std::string_view statement) {
  std::vector<std::string> words;
  TokenReader reader(statement, kServerOfTexts);
  bool qualified = false;
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.names()) {
      if (qualified && !words.empty()) {
        words.pop_back();
      }
      words.push_back(unquoted_name(token.text));
    }
    qualified = token.is('.');
  }
  return words;
}

// The word after which the table stands, by the statement's first word.
std::vector<std::string> markers(const std::string& verb) {
  if (verb == "alter" || verb == "truncate") {
    return {"table"};
  }
  if (verb == "create") {
    return {"on", "table"};
  }
  if (verb == "drop") {
    return {"on", "table", "exists"};
  }
  if (verb == "insert" || verb == "replace") {
    return {"into"};
  }
  if (verb == "update") {
    return {"update"};
  }
  return {"from"};
}

}  // namespace

std::string table_of_statement(const std::string& statement, const std::vector<std::string>& schemas,
                               const std::set<std::string>& tables) {
  const std::vector<std::string> words = words_of(statement);
  if (words.empty()) {
    return {};
  }
  for (const std::string& marker : markers(lower(words.front()))) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (lower(words[i]) != marker) {
        continue;
      }
      for (const std::string& schema : schemas) {
        const std::string name = schema + "." + words[i + 1];
        if (tables.contains(name)) {
          return name;
        }
      }
    }
  }
  return {};
}

}  // namespace rehearsal
