// Views, triggers, events and routines that a step leaves broken: they name a table or column that is there no more.
// The step ends well, and the next backup, write or nightly job stops. Those of every schema of the lane's server are
// watched, for one's own reports lie where they like. Where there are none, nothing is asked after the start.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

enum class ObjectKind { view, trigger, event, routine };

[[nodiscard]] const char* to_word(ObjectKind kind);  // "view", "trigger", …

struct StoredObject {
  ObjectKind kind = ObjectKind::view;
  std::string schema, name;
  std::string drop;       // "VIEW", "TRIGGER", "PROCEDURE": the word after DROP
  std::string own_table;  // of a trigger: the table that fires it
  std::string body;
  std::string definer;  // "user@host"

  [[nodiscard]] std::string full_name() const { return schema + "." + name; }
};

// A table or column that a step dropped or renamed. `column` empty: the whole table.
struct GoneThing {
  std::string schema, table, column;

  [[nodiscard]] std::string text() const;  // "column `c` of s.t", "table s.t"
};

// What of `gone` the object names. Pure.
[[nodiscard]] std::vector<GoneThing> named_by(const StoredObject& object, const std::vector<GoneThing>& gone);

class ObjectWatch {
 public:
  // `schemas`: the lane's own, the ones that its steps may change.
  explicit ObjectWatch(std::vector<std::string> schemas) : schemas_(std::move(schemas)) {}

  // Call before the first step. Findings (information) tell views of the own schemas that are broken already.
  [[nodiscard]] Result<std::vector<Finding>> start(Sql& sql);
  // Call after a step that may have changed the schema, failed ones too. Each object is told once.
  [[nodiscard]] Result<std::vector<Finding>> after_step(Sql& sql, const PlanStep& step);

 private:
  using Columns = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;  // {schema, table}

  [[nodiscard]] Result<Columns> read_columns(Sql& sql) const;
  [[nodiscard]] Result<std::vector<Finding>> check_views(Sql& sql, const std::vector<GoneThing>& gone);
  [[nodiscard]] Result<std::vector<Finding>> check_bodies(Sql& sql, const std::vector<GoneThing>& gone) const;

  std::vector<std::string> schemas_;
  std::vector<StoredObject> views_, bodies_;
  std::set<std::pair<std::string, std::string>> tables_;  // of the own schemas, that any object names
  std::set<std::string> broken_;                          // views, by full name
  Columns columns_;                                       // of tables_, before the step
};

}  // namespace rehearsal
