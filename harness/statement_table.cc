#include "harness/statement_table.h"

#include <cctype>

#include "base/text.h"

namespace rehearsal {

namespace {

// The words of a statement, quotes and qualifiers dropped: "`a`.`b`(" is "b".
std::vector<std::string> words_of(const std::string& statement) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : statement + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '#') {
      word += c;
    } else if (c == '.') {
      word.clear();
    } else if (c != '`' && !word.empty()) {
      words.push_back(word);
      word.clear();
    }
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
