// What a DDL statement is about, told from its text: which table, and how to ask the server for an algorithm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

enum class DdlKind {
  none,  // no DDL, or on a temporary table
  alter_table,
  create_index,
  drop_index,
  create_table,
  drop_table,
  rename_table,
  truncate_table,
  other,  // views, triggers, databases, …
};

struct DdlText {
  DdlKind kind = DdlKind::none;
  std::string schema;  // as the statement qualifies its table; usually empty
  std::string table;   // the first that it names
  std::string index;   // of CREATE INDEX and DROP INDEX
};

// Never fails: what is not understood is `none` or `other`. The text may have been cut.
[[nodiscard]] DdlText read_ddl(std::string_view sql);

// ALTER TABLE, CREATE INDEX and DROP INDEX: those that the server has several algorithms for.
[[nodiscard]] bool has_algorithm(DdlKind kind);
// Those that lock a table which exists already.
[[nodiscard]] bool locks_table(DdlKind kind);

// The same statement with "ALGORITHM=…, LOCK=…" asked for. `clauses` are such clauses; DROP INDEX, which takes none, is
// written as the ALTER TABLE that it stands for.
[[nodiscard]] std::string with_clauses(std::string_view sql, const DdlText& ddl,
                                       const std::vector<std::string>& clauses);

// Tables that the statement's foreign keys refer to, without their schemas.
[[nodiscard]] std::vector<std::string> referenced_tables(std::string_view sql);

// "SET FOREIGN_KEY_CHECKS = 0" of a session: 0 or 1; -1 for all other statements.
[[nodiscard]] int foreign_key_checks_set(std::string_view sql);

// On one line, at most `longest` bytes, "…" where it was longer.
[[nodiscard]] std::string one_line(std::string_view sql, std::size_t longest);

}  // namespace rehearsal
