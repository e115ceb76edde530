#include "snapshots/collations.h"

#include "base/text.h"
#include "snapshots/tokens.h"

namespace rehearsal {

namespace {

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
                  "write it as --map-collation utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci");
    }
    if (!map.emplace(from, to).second) {
      return fail(ErrorKind::usage, "the collation " + from + " is mapped twice");
    }
  }
  return map;
}

MappedText map_collations(std::string_view text, const CollationMap& map, unsigned server_version,
                          bool backslash_escapes) {
  MappedText result;
  std::size_t copied = 0;
  bool wanted = false;
  TokenReader reader(text, server_version, backslash_escapes);
  for (Token token = reader.next(); token.kind != TokenKind::end; token = reader.next()) {
    if (token.is('=') && wanted) {
      continue;
    }
    if (wanted && token.names()) {
      if (const auto at = map.find(lower(unquoted_name(token.text))); at != map.end()) {
        const auto begin = static_cast<std::size_t>(token.text.data() - text.data());
        result.text += text.substr(copied, begin - copied);
        result.text += at->second;
        copied = begin + token.text.size();
        ++result.mapped[at->first];
      }
    }
    wanted = is_any(token, {"COLLATE", "COLLATION_CONNECTION", "COLLATION_DATABASE", "COLLATION_SERVER"});
  }
  result.text += text.substr(copied);
  return result;
}

}  // namespace rehearsal
