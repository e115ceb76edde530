// A guard: code of a migration that looks at the data first and refuses to go on. The catalogue knows the words that
// each guard says, and the rows that it means.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/audit/found_rows.h"

namespace rehearsal {

struct GuardMatch {
  std::string words;  // what is wrong, in plain words; ends with the tables and counts where known
  std::string table;  // schema.table; empty where the guard is not about rows, or none were found
  std::vector<std::string> columns;
  std::int64_t row_count = 0;  // in all tables of the guard
  std::optional<std::int64_t> soft_deleted;
  std::vector<std::map<std::string, std::string>> rows;  // keys of some rows of `table`
  std::optional<Fix> fix;                                // its SQL may hold several statements, one a line; not tried
  std::string source;
};

// Which guard of the service speaks in `output` (what the step printed), and about which rows of the schemas that the
// step works on. `sql` sees the data as the step left it. None: no guard of the catalogue says this.
[[nodiscard]] Result<std::optional<GuardMatch>> match_guard(Sql& sql, const Service& service, const PlanStep& step,
                                                            const std::string& output);

// The guards whose words are in the output, in the catalogue's order.
[[nodiscard]] std::vector<const RowRule*> guards_saying(const Service& service, const std::string& release,
                                                        const std::string& output);

// The rules about the rows for whose sake an upgrade check fails or warns, in the catalogue's order.
[[nodiscard]] std::vector<const RowRule*> rules_of_check(const Service& service, const std::string& release,
                                                         const std::string& check);

}  // namespace rehearsal
