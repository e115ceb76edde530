// What a restore loads without a word and a migration stops at later: rows without their parent, dates and choices that
// strict mode refuses, values that the server changed as it stored them.
//
//   orphan-rows            rows of a foreign key whose parent is not there
//   orphans-not-counted    a foreign key that could not be looked through
//   zero-date-rows         dates without a year, month or day
//   empty-choice-rows      an ENUM's value that is none of its choices
//   values-changed         values that do not fit their column and were cut, rounded or replaced by the restore; values
//                          of generated columns that the server makes otherwise
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/load/restore.h"

namespace rehearsal {

struct RowFinding {
  std::string code;
  std::string what;   // one sentence; holds no value of a row
  std::string table;  // schema.table
  std::vector<std::string> columns;
  std::uint64_t rows = 0;  // 0 where they were not counted
  std::string cause = {};  // in the same words where the same cause is likely: "columns of s hold dates without …"
};

// Looks through the foreign keys of all tables, and through the tables that the restore says are worth it. `inputs`,
// `index` and `report` are those of the restore.
[[nodiscard]] Result<std::vector<RowFinding>> audit_rows(const SqlLogin& target, const std::vector<DumpInput>& inputs,
                                                         const DumpIndex& index, const RestoreReport& report,
                                                         unsigned jobs = 0);

}  // namespace rehearsal
