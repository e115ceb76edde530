// Rows that share a key, told apart: beside the key, the columns in which rows of one group differ.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/offenders.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

struct ToldApart {
  std::vector<std::string> columns;                      // the row's key, `group`, and what differs; each once
  std::vector<std::map<std::string, std::string>> rows;  // of the first, those of one group side by side
};

// Of the rows for which `condition` (on `o`) holds, those with the same values in `group` are of one group. Numbers,
// dates and surrogate keys are shown as they are, all else masked: equal values of a column with one number, "*** (2)".
[[nodiscard]] Result<ToldApart> tell_apart(Sql& sql, const TableFacts& facts, const std::string& condition,
                                           const std::vector<std::string>& group);

}  // namespace rehearsal
