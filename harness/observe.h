// Watching a lane's server: what each step did to schema and row counts. Untouched tables cost nothing: the server's
// own counters name the tables whose rows changed, the schema difference those that DDL named, and foreign keys those
// that a cascade may have reached; only these are counted.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diff/table_diff.h"
#include "harness/schema.h"
#include "reports/record.h"
#include "snapshots/sql.h"

namespace rehearsal {

// What a hop's steps brought so far: "schema.table" and "schema.table.column".
struct NewToHop {
  std::string release;
  std::set<std::string> things;
};

struct StepEffects {
  std::vector<TableChange> tables;
  std::vector<SchemaChange> schema;
  std::map<std::string, std::string> revisions;  // schema -> heads, joined by ", "
  // Tables in which the counters or a cascade may have changed rows. Of the tables above; DDL alone does not count.
  std::set<std::string> rows_touched;
  // From harness/diff/step_diff.h; without it the tables have their counts only.
  std::map<std::string, TableDiff> diffs;  // table -> what became of its rows, where they were compared
  std::set<std::string> new_to_hop;        // "schema.table" and "schema.table.column" that this hop brought
  std::string not_compared;                // why rows could not be compared; empty: they were
};

class Observer {
 public:
  // `counts`: rows of every table ("schema.table") as the dump's scan told them; `revision_tables`: names of the
  // tables that hold a schema's revision.
  Observer(std::vector<std::string> databases, std::map<std::string, std::int64_t> counts,
           std::vector<std::string> revision_tables);

  // Reads the starting point. Call once, after the lane's server has started.
  [[nodiscard]] Result<void> start(Sql& sql);
  // Call before each step.
  [[nodiscard]] Result<void> before_step(Sql& sql);
  // Call after each step, failed ones too: MariaDB keeps what a failed migration has already done.
  [[nodiscard]] Result<StepEffects> after_step(Sql& sql);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const std::map<std::string, std::string>& revisions() const { return revisions_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& counts() const { return counts_; }
  [[nodiscard]] std::int64_t rows(const std::string& table) const;

 private:
  [[nodiscard]] Result<std::map<std::string, std::string>> read_revisions(Sql& sql) const;
  [[nodiscard]] Result<std::set<std::string>> touched_by_rows(Sql& sql) const;

  std::vector<std::string> databases_;
  std::map<std::string, std::int64_t> counts_;
  std::vector<std::string> revision_tables_;
  Schema schema_;
  std::map<std::string, std::string> revisions_;
};

}  // namespace rehearsal
