// Whether a migration's Python text works on rows: what becomes of them then is decided by its code, row by row, and no
// schema statement tells of it. The text is read, not run. Pure.
#pragma once

#include <string_view>

namespace rehearsal {

// True where the text, its downgrade left out, builds or sends a statement that reads, writes or deletes rows of a
// table: an ORM's query, insert(), update(), delete() and select() of tables, or SQL in a string. Asking the server for
// its schema is none.
[[nodiscard]] bool works_on_rows(std::string_view python);

}  // namespace rehearsal
