#include "harness/diagnosis/trigger.h"

#include <vector>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

Result<bool> blame_trigger(Sql& sql, const std::string& schema, const std::string& table, const std::string& object,
                           Finding& finding) {
  const std::string bare = lower(object.substr(object.rfind('.') + 1));
  if (bare.empty() || table.empty()) {
    return false;
  }
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql.query("SELECT TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE "
                              "EVENT_OBJECT_SCHEMA = " +
                              sql_string(schema) + " AND EVENT_OBJECT_TABLE = " + sql_string(table)));
  std::vector<std::string> names, drops;
  for (const Row& row : rows) {
    if (lower(row.at(1).value_or("")).find(bare) != std::string::npos) {
      names.push_back(schema + "." + row.at(0).value_or(""));
      drops.push_back(fmt::format("DROP TRIGGER {}.{};", sql_name(schema), sql_name(row.at(0).value_or(""))));
    }
  }
  if (names.empty()) {
    return false;
  }
  finding.title = fmt::format("the statement changes rows of {}.{}, and the trigger {} on it fails at {}", schema,
                              table, join(names, ", "), object);
  finding.table = schema + "." + table;
  finding.detail = "The migration's own statement is sound; the trigger is not upstream's.";
  Fix fix;
  fix.sql = join(drops, "\n");
  fix.decision = fmt::format(
      "Recreate {} after the upgrade to match what it names; what it would have written during the step is missing.",
      join(names, ", "));
  finding.fix = std::move(fix);
  return true;
}

}  // namespace rehearsal
