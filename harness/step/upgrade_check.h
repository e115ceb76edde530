// Reading what `… status upgrade check` prints: a table with one cell a check, its name, result and details. The exit
// status says only which result was the worst, and a check that needs another live service fails in any rehearsal; so
// checks are read one by one.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

// The checks in the order printed; empty where the program printed no table (it crashed before). A check that the
// catalogue lists as not judged ("*": all of them) has judged = false.
[[nodiscard]] std::vector<CheckResult> read_upgrade_check(const std::string& output,
                                                          const std::vector<UncheckedCheck>& not_judged);

}  // namespace rehearsal
