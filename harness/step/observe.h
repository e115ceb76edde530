// Watching a lane's server: what each step did to schema and row counts. Untouched tables cost nothing, and of those
// that only got keys or columns not a row is read. Rows may have changed where the server's own counters say so, where
// a foreign key's action may have reached, where a logged statement says so, and where a table was written or defined
// anew without a word (harness/diff/table_marks.h); only these are counted.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diff/ddl_effects.h"
#include "harness/diff/schema.h"
#include "harness/diff/table_diff.h"
#include "harness/diff/table_marks.h"
#include "reports/record.h"

namespace rehearsal {

// What a hop's steps brought so far: "schema.table" and "schema.table.column".
struct NewToHop {
  std::string release;
  std::set<std::string> things;
};

struct StepEffects {
  std::vector<TableChange> tables;
  std::vector<SchemaChange> schema;
  std::map<std::string, std::string> revisions;      // schema -> heads, joined by ", "
  std::set<std::string> rows_touched;                // of the tables above, those whose rows may have changed
  std::map<std::string, std::int64_t> rows_written;  // what the server's counters say: inserts, updates and deletes
  DdlEffects ddl;
  std::vector<std::string> left_prepared;  // transactions (XA) that the step prepared and did not end
  // From harness/step/step_diff.h; without it the tables have their counts only.
  std::map<std::string, TableDiff> diffs;              // table -> what became of its rows, where they were compared
  std::map<std::string, UnexpectedRows> dropped_rows;  // table that is gone -> its rows, where no rule expects it
  std::set<std::string> new_to_hop;                    // "schema.table" and "schema.table.column" that this hop brought
  std::string not_compared;                            // why rows could not be compared; empty: they were
};

class Observer {
 public:
  // `counts`: rows of every table ("schema.table") as the dump's scan told them; `revision_tables`: names of the
  // tables that hold a schema's revision.
  Observer(std::vector<std::string> databases, std::map<std::string, std::int64_t> counts,
           std::vector<std::string> revision_tables);

  // Reads the starting point. Call once, after the lane's server has started.
  [[nodiscard]] Result<void> start(Sql& sql);
  // Call before each step. `data`: the server's data directory.
  [[nodiscard]] Result<void> before_step(Sql& sql, const std::filesystem::path& data);
  // Call after each step, failed ones too: MariaDB keeps what a failed migration has already done. `ddl`: what the
  // step's logged statements say.
  [[nodiscard]] Result<StepEffects> after_step(Sql& sql, const std::filesystem::path& data, DdlEffects ddl);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const std::map<std::string, std::string>& revisions() const { return revisions_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& counts() const { return counts_; }
  [[nodiscard]] std::int64_t rows(const std::string& table) const;

 private:
  [[nodiscard]] Result<std::map<std::string, std::string>> read_revisions(Sql& sql) const;
  [[nodiscard]] Result<std::map<std::string, std::int64_t>> written_rows(Sql& sql) const;
  [[nodiscard]] std::set<std::string> at_risk(const TableMarks& now, const DdlEffects& ddl, bool unread) const;

  std::vector<std::string> databases_;
  std::map<std::string, std::int64_t> counts_;
  std::vector<std::string> revision_tables_;
  Schema schema_;
  std::map<std::string, std::string> revisions_;
  TableMarks marks_;                // before the step
  std::int64_t alterations_ = 0;    // ALTER TABLE statements that the server had run before the step
  std::set<std::string> prepared_;  // transactions that were prepared before the step
};

}  // namespace rehearsal
