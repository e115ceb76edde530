// Proposed SQL read for what it could take away: whole tables, columns, rows and values. Reads what is proposed here,
// not all SQL; what it cannot read it says so, and nobody is to be told to run it.
#pragma once

#include <string>
#include <vector>

namespace rehearsal {

// The statements of a fix, without the semicolons between them.
[[nodiscard]] std::vector<std::string> statements_of(const std::string& sql);

struct Taking {
  enum class Kind {
    none,     // nothing that is stored: makes something, or drops what holds no rows (an index, a trigger, a view)
    use,      // chooses `schema` for what follows
    table,    // `table` goes, or loses its name or all its rows
    column,   // `column` of `table` goes or loses its name
    rows,     // changes or deletes rows: how many are left is for the server to say
    schema,   // `schema` goes, with all tables
    unknown,  // cannot be read
  };
  Kind kind = Kind::none;
  std::string schema;  // empty where the statement says none
  std::string table;
  std::string column;
  std::string verb;  // "drop", "rename", "empty"
};

// What one statement takes; one entry at least.
[[nodiscard]] std::vector<Taking> takings_of(const std::string& statement);

// The names and words of a statement, unquoted, each once: the tables and columns that a statement on rows may touch
// are among them.
[[nodiscard]] std::vector<std::string> names_of_statement(const std::string& statement);

}  // namespace rehearsal
