// The values of rows, as the server would store them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql/sql.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

struct RowValues {
  std::vector<std::string> columns;  // as the INSERT names them; empty where it does not
  std::vector<Row> rows;
};

// The rows of an insert event or piece, at most `limit`. Strings are unescaped, hexadecimal literals are their bytes,
// anything else is as written.
[[nodiscard]] RowValues read_rows(const DumpEvent& event, std::uint64_t limit, unsigned server_version);

}  // namespace rehearsal
