// Foresight: what the path's schema statements will ask, asked of the real data before anything is run. The statements
// are the twin's; what they demand of rows and objects is counted on a server that holds the snapshot.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/twin/twin.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

// What a migration's own code does to rows: it is decided row by row, and no statement of the twin tells of it.
struct RowCode {
  std::string step;
  std::string revision = {};             // empty: the step's program itself
  std::string file = {};                 // of the migration, below site-packages; empty where it cannot be seen
  std::vector<std::string> tables = {};  // schema.table, where the twin saw them asked for
};

struct Foresight {
  std::size_t statements = 0;  // that change the schema on the path
  std::size_t asked = 0;       // demands that were asked of the data
  // What cannot be asked yet, because an earlier step of the path makes the table or column: "schema.table.column
  // (STEP)".
  std::vector<std::string> not_foreseen;
  std::vector<RowCode> row_code;  // of the path, in its order; a step of online migrations is one
  std::vector<Finding> findings;  // in the words of a run; warnings, as earlier steps may change rows first
};

// `twin` fits the lane. Reads only; a query for each demand on rows, so its time grows with the tables that are named.
[[nodiscard]] Result<Foresight> foresee(Sql& sql, const Twin& twin, const Lane& lane);

// "revision abc (pkg/…/abc_x.py) of STEP works on rows of s.t by its own code"
[[nodiscard]] std::string to_text(const RowCode& code);

// By release of the path: the virtual environment that runs its steps, where its files can be seen.
using Environments = std::map<std::string, std::filesystem::path>;

// The revisions of the twin's path, and the other steps, whose code works on rows.
[[nodiscard]] Result<std::vector<RowCode>> row_code_of(const Twin& twin, const Lane& lane, const Service& service,
                                                       const Environments& environments);

}  // namespace rehearsal
