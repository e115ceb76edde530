// Collations that a dump names, and those of MySQL 8 among them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql/quoting.h"

namespace rehearsal {

// The collation of MariaDB that compares text most as this one of MySQL 8 does. Those of 0900 are NO PAD: blanks at the
// end of a text count, so that texts which differ in them alone are two values of a unique key. Empty for a name that
// is none of MySQL 8's own. Source: MDEV-20912, the names that MariaDB 11.4.5 gives to them.
[[nodiscard]] std::string stand_in_for_mysql(const std::string& collation);
// "--map-collation A=B --map-collation C=D" for those of MySQL 8 among `collations`; empty where there are none.
[[nodiscard]] std::string mapping_options(const std::vector<std::string>& collations);

// How often a statement names each collation, in small letters: where map_collations() would replace it.
[[nodiscard]] std::map<std::string, std::uint64_t> named_collations(std::string_view text, unsigned server_version,
                                                                    Quoting quoting);

}  // namespace rehearsal
