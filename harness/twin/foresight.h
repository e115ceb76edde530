// Foresight: what the path's schema statements will ask, asked of the real data before anything is run. The statements
// are the twin's; what they demand of rows and objects is counted on a server that holds the snapshot.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/twin/twin.h"
#include "reports/record.h"
#include "scenarios/plan.h"
#include "snapshots/sql.h"

namespace rehearsal {

struct Foresight {
  std::size_t statements = 0;  // that change the schema on the path
  std::size_t asked = 0;       // demands that were asked of the data
  // What cannot be asked yet, because an earlier step of the path makes the table or column: "schema.table.column
  // (STEP)".
  std::vector<std::string> not_foreseen;
  std::vector<Finding> findings;  // in the words of a run; warnings, as earlier steps may change rows first
};

// `twin` fits the lane. Reads only; a query for each demand on rows, so its time grows with the tables that are named.
[[nodiscard]] Result<Foresight> foresee(Sql& sql, const Twin& twin, const Lane& lane);

}  // namespace rehearsal
