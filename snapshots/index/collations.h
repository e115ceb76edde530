// Collations of a dump that are to be replaced by ones that the server knows, because the operator said so: they sort
// and compare otherwise, so nothing is replaced unasked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql/quoting.h"

namespace rehearsal {

using CollationMap = std::map<std::string, std::string>;  // from, to; in small letters

// "FROM=TO" each. An Error of kind `usage` for what is not so, or for a FROM that is given twice.
[[nodiscard]] Result<CollationMap> parse_collation_map(const std::vector<std::string>& pairs);

struct MappedText {
  std::string text;
  std::map<std::string, std::uint64_t> mapped;  // from, times
};
// A statement of the dump with its collations replaced: those named behind COLLATE or as a collation of the session,
// outside of strings, quoted names and comments that the server does not run.
[[nodiscard]] MappedText map_collations(std::string_view text, const CollationMap& map, unsigned server_version,
                                        Quoting quoting);

}  // namespace rehearsal
