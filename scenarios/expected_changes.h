// What released code is known to do to rows and columns that were there before: the rules against which a step is
// judged. A rule that a column is rewritten says what it must become, so that a wrong value is not taken for the known
// rewriting.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace rehearsal {

class TomlReader;

enum class RowChange { rewritten, inserted, deleted, column_dropped, table_dropped };

[[nodiscard]] const char* to_word(RowChange change);  // "rows-rewritten", …

struct ExpectedChange {
  std::string release;      // the first release whose code does it
  std::string schema_role;  // role or part; empty: any
  std::string table;
  RowChange change = RowChange::rewritten;
  std::vector<std::string> columns;
  // Of rows-rewritten, one of the three: column -> SQL over the row before the step; SQL that is true of the row after
  // it; or why neither can be said. In SQL the row goes by its columns' names or `t`, ${schema} is its schema, quoted,
  // ${ROLE} that of a role.
  std::map<std::string, std::string> becomes;
  std::string satisfies;  // of rows-inserted: of the new row; of rows-deleted: of the row as it was
  std::string neither;
  std::string revision;  // or the online migration's name; empty where there is none
  std::string why, source;
};

// The library that the services share writes it on its own whenever it updates a row.
inline constexpr const char* kTouchColumn = "updated_at";

// The array `expected_change`. What is wrong with it is said through the reader.
[[nodiscard]] std::vector<ExpectedChange> read_expected_changes(TomlReader& table);

}  // namespace rehearsal
