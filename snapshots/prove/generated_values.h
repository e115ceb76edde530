// Values that a dump holds for generated columns. The server stores none of them: it warns (1906), once a row, and
// makes its own from the column's expression. Where these are the dump's, nothing has changed.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// The server's warning that a value for a generated column was not taken.
inline constexpr unsigned kGeneratedValueNotTaken = 1906;

// The table's generated columns in which the server holds other values than the dump, row by row where the table has a
// unique key; all of them where the INSERTs cannot be read so. Reads the table's part of the dumps once, and the
// server's table once a generated column.
[[nodiscard]] Result<std::vector<std::string>> other_generated_values(Sql& sql, const std::vector<DumpInput>& inputs,
                                                                      const DumpIndex& index, const DumpTable& table);

}  // namespace rehearsal
