#include "snapshots/index/collations.h"

#include "base/sql/tokens.h"
#include "base/text.h"
#include "snapshots/index/mysql_collations.h"

namespace rehearsal {

namespace {

// Calls `found(token, name)` for each name of a collation in a statement.
template <typename Found>
void for_each_collation(std::string_view text, unsigned server_version, Quoting quoting, const Found& found) {
  bool wanted = false;
  TokenReader reader(text, server_version, quoting);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.is('=') && wanted) {
      continue;
    }
    if (wanted && token.names()) {
      found(token, lower(unquoted_name(token.text)));
    }
    wanted = is_any(token, {"COLLATE", "COLLATION_CONNECTION", "COLLATION_DATABASE", "COLLATION_SERVER"});
  }
}

bool is_collation_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

}  // namespace

Result<CollationMap> parse_collation_map(const std::vector<std::string>& pairs) {
  CollationMap map;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    const std::string from = lower(pair.substr(0, equals));
    const std::string to = equals == std::string::npos ? "" : lower(pair.substr(equals + 1));
    if (!is_collation_name(from) || !is_collation_name(to)) {
      return fail(ErrorKind::usage, "'" + pair + "' does not map a collation", {},
                  "write it as --map-collation utf8mb4_0900_ai_ci=utf8mb4_uca1400_nopad_ai_ci");
    }
    if (!map.emplace(from, to).second) {
      return fail(ErrorKind::usage, "the collation " + from + " is mapped twice");
    }
  }
  return map;
}

std::map<std::string, std::uint64_t> named_collations(std::string_view text, unsigned server_version, Quoting quoting) {
  std::map<std::string, std::uint64_t> named;
  for_each_collation(text, server_version, quoting, [&](const Token&, const std::string& name) { ++named[name]; });
  return named;
}

MappedText map_collations(std::string_view text, const CollationMap& map, unsigned server_version, Quoting quoting) {
  MappedText result;
  std::size_t copied = 0;
  for_each_collation(text, server_version, quoting, [&](const Token& token, const std::string& name) {
    if (const auto at = map.find(name); at != map.end()) {
      const auto begin = static_cast<std::size_t>(token.text.data() - text.data());
      result.text += text.substr(copied, begin - copied);
      result.text += at->second;
      copied = begin + token.text.size();
      ++result.mapped[at->first];
    }
  });
  result.text += text.substr(copied);
  return result;
}

}  // namespace rehearsal
