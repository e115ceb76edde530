#include "harness/twin/database_defaults.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/sql/pieces.h"
#include "base/text.h"
#include "scenarios/cells.h"

namespace rehearsal {

DatabaseDefaults database_defaults(const std::string& create_statement) {
  DatabaseDefaults defaults;
  const Pieces words(create_statement);
  const auto value_behind = [&](std::size_t at) {
    const Token& value = words[words[at].is('=') ? at + 1 : at];
    return value.kind == TokenKind::string ? unquoted_string(value.text, true) : unquoted_name(value.text);
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words.is_at(at, {"CHARACTER", "SET"})) {
      defaults.charset = value_behind(at + 2);
    } else if (words.is_at(at, {"CHARSET"})) {
      defaults.charset = value_behind(at + 1);
    } else if (words.is_at(at, {"COLLATE"})) {
      defaults.collation = value_behind(at + 1);
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
