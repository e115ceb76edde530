// What code that copies rows takes and what it passes over, learned from rows of which it is known. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rehearsal {

struct ReadRow {
  std::vector<std::optional<std::string>> values;  // as the columns given beside
  bool taken = false;
};

struct RowFilter {
  std::string condition;  // on a row that goes by `${row}`
  std::string words;      // "that have trusted in profile"
};

// Each of the simple conditions that is true of all rows that were taken and false of all others: a JSON object with a
// certain key, one value, not empty, not NULL. Empty where there are not rows of both kinds.
[[nodiscard]] std::vector<RowFilter> learn_filters(const std::vector<std::string>& columns,
                                                   const std::vector<ReadRow>& rows);

}  // namespace rehearsal
