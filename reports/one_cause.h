// One finding a cause. What is found object by object (a table that is missing, a view that is broken, a check that
// says the same after each release) is one thing to a person where it has one cause: it is reported once, with its
// objects. Pure.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

// Findings become one
//   - where they are the same but for their step: the first stays, `also` names the other steps;
//   - where three or more have the same code and `cause`: "49 tables of s are missing", of their worst severity;
//   - where three or more that are not blockers, and count no rows, differ in the name of their table alone.
// Of objects, `rows` names each with its columns and rows, `table` is the schema they all lie in, else the first one's.
// What was tried, and what a waiver takes down, stays on its own. The order is that of the first of each.
[[nodiscard]] std::vector<Finding> one_per_cause(std::vector<Finding> findings);

// The finding is about this step, or about an earlier one and this one alike.
[[nodiscard]] bool tells_of(const Finding& finding, const std::string& step);

}  // namespace rehearsal
