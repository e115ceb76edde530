// The values of rows, as the server would store them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql/sql.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

// A value of at least so many bytes may be told by its length and CRC-32, as `LENGTH bytes, CRC-32 NUMBER`, so that it
// is not held beside the statement that it stands in.
constexpr std::size_t kLongValue = std::size_t{1} << 20;
enum class LongValues { whole, by_checksum };

struct RowValues {
  std::vector<std::string> columns;  // as the INSERT names them; empty where it does not
  std::vector<Row> rows;
  std::set<std::size_t> long_places;  // of the values in a row that are told by their checksum
};

// The rows of an insert event or piece, at most `limit`. Strings are unescaped, hexadecimal literals are their bytes,
// anything else is as written.
[[nodiscard]] RowValues read_rows(const DumpEvent& event, std::uint64_t limit, unsigned server_version,
                                  LongValues long_values = LongValues::whole);

}  // namespace rehearsal
