// What the schema statements of a step may have done to rows, told from their text: which tables they reached, and
// under which names tables and columns went on. Pure: statements in, value out; memory grows with the tables named.
//
// A statement may have failed, or have run where its text was not logged. So nothing is excused because it is not told
// here: harness/diff/table_marks.h sees what was altered without a word.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/diff/schema.h"
#include "harness/locks/statement_log.h"

namespace rehearsal {

// How far the DDL that named a table puts its rows in question.
enum class RowRisk {
  none,        // keys, constraints and columns were added, or keys dropped: no value can change
  if_rebuilt,  // values can change only where the server wrote the table anew
  any,
};

// Where a table that is there after the step comes from.
struct TableOrigin {
  std::string table;                           // schema.table before the step; empty: the step made it
  std::map<std::string, std::string> columns;  // name now -> name before; empty: the step made it; not told: the same
};

class DdlEffects {
 public:
  // In the order in which they ended.
  void take(const LoggedStatement& statement);

  // Every table that was named as the one to be changed, under the names before and after: "schema.table".
  [[nodiscard]] const std::map<std::string, RowRisk>& risks() const { return risks_; }
  // Nothing is told of a table that kept its name and its columns' names.
  [[nodiscard]] const std::map<std::string, TableOrigin>& origins() const { return origins_; }
  // Foreign keys with an action that the statements made: while they stood, rows of the child went with the parent's.
  [[nodiscard]] const std::vector<Cascade>& cascades() const { return cascades_; }
  // A statement whose text does not tell what it did to tables (cut, prepared, a block, one that hides others from the
  // log): then a table is excused by no statement that was read.
  [[nodiscard]] bool unread() const { return unread_; }
  // ALTER TABLE statements that were read; the server counts them too, also those that a session did not log.
  [[nodiscard]] std::int64_t alterations() const { return alterations_; }

 private:
  // False where the text is not a statement on a table that can be read.
  bool alter(std::string_view sql, const std::string& database, bool cut);
  void take_ddl(const LoggedStatement& statement);
  void rename(const std::string& from, const std::string& to);
  void drop(const std::string& table);
  void raise(const std::string& table, RowRisk risk);

  std::map<std::string, RowRisk> risks_;
  std::map<std::string, TableOrigin> origins_;
  std::vector<Cascade> cascades_;
  bool unread_ = false;
  std::int64_t alterations_ = 0;
};

// Columns that were there before the step under another name: before -> now. Those that `effects` tells of `table`.
[[nodiscard]] std::map<std::string, std::string> renamed_columns(const DdlEffects& effects, const std::string& table);

}  // namespace rehearsal
