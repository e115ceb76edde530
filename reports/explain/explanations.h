// The tables behind explain(), one function a theme. Their text is for an operator at night: short, plain, and true of
// any service; `t` and `c` stand for a table and a column.
#pragma once

#include <vector>

#include "reports/explain/explain.h"

namespace rehearsal {

[[nodiscard]] std::vector<Explanation> explanations_of_rows();    // values that a migration does not fit
[[nodiscard]] std::vector<Explanation> explanations_of_schema();  // tables, keys and views that are not as expected
[[nodiscard]] std::vector<Explanation> explanations_of_server();  // accounts, locks, space
[[nodiscard]] std::vector<Explanation> explanations_of_steps();   // what a step did or did not do
[[nodiscard]] std::vector<Explanation> explanations_of_plan();    // the snapshot against the path
[[nodiscard]] std::vector<Explanation> explanations_of_twin();    // the snapshot against a fresh installation
[[nodiscard]] std::vector<Explanation> explanations_of_asked();   // what was asked before and after the path
[[nodiscard]] std::vector<Explanation> explanations_of_dump();    // what a dump lacks
[[nodiscard]] std::vector<Explanation> explanations_of_dump_content();  // what a dump holds besides tables and rows

}  // namespace rehearsal
