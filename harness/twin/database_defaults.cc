#include "harness/twin/database_defaults.h"

#include <cctype>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (is_word(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

}  // namespace

DatabaseDefaults database_defaults(const std::string& create_statement) {
  DatabaseDefaults defaults;
  // The name comes first, quoted; what it is made of may look like anything.
  const std::size_t name = create_statement.find('`');
  const std::size_t end = name == std::string::npos ? 0 : create_statement.find('`', name + 1);
  const std::vector<std::string> words = words_of(create_statement.substr(end == std::string::npos ? 0 : end));
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string word = lower(words[i]);
    if (word == "charset" || (word == "set" && i > 0 && lower(words[i - 1]) == "character")) {
      defaults.charset = words[i + 1];
    } else if (word == "collate") {
      defaults.collation = words[i + 1];
    }
  }
  return defaults;
}

std::map<std::string, DatabaseDefaults> defaults_by_role(const Service& service, const Lane& lane,
                                                         const DumpIndex& index) {
  std::map<std::string, std::uint64_t> bytes;
  for (const DumpTable& table : index.tables) {
    bytes[table.schema] += table.bytes;
  }
  std::map<std::string, DatabaseDefaults> defaults;
  std::map<std::string, std::uint64_t> largest;
  for (const auto& [part, schema] : lane.schemas) {
    const std::string role = reference_role(service, part);
    const auto statement = index.schemas.find(schema);
    if (statement != index.schemas.end() && (!defaults.contains(role) || bytes[schema] > largest[role])) {
      DatabaseDefaults own = database_defaults(statement->second);
      // As the restore made production's.
      const auto mapped = index.map_collations.find(lower(own.collation));
      own.collation = mapped == index.map_collations.end() ? own.collation : mapped->second;
      defaults[role] = std::move(own);
      largest[role] = bytes[schema];
    }
  }
  return defaults;
}

}  // namespace rehearsal
