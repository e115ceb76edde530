// Rows of one table that a migration copies into another, where they collide. The server's refusal names the first
// value only, and the step has sent no more than that; all of them are found by asking the table that they come from.
// What the migration passes over is not to be counted: the log tells it where it is said in SQL, and where it is done
// in code, the rows that were read and sent so far are held against those that were read and not sent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/step_trace.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

struct CopyTarget {
  std::string schema, table;
  std::vector<std::string> key;  // the columns that must be unique in it
  std::string refused;           // the INSERT; used where the trace holds none
};

struct CollidingRows {
  TableFacts source;
  std::vector<std::string> key;  // its columns that become the target's key
  std::string condition;         // true of the rows that collide, in a query that calls the table `o`
  std::string shown;             // the same for the report: the values that the step's own SQL named are masked
  std::string which;             // what the step takes of them, as "that have trusted in profile"; empty: all
};

// Nothing where no table that the step read explains the refusal.
[[nodiscard]] Result<std::optional<CollidingRows>> find_colliding_rows(Sql& sql, const CopyTarget& target,
                                                                       const StepTrace& trace);

}  // namespace rehearsal
