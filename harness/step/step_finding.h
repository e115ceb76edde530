// What every finding about a step begins with: where it was found.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

[[nodiscard]] Finding finding_for(const PlanStep& step, std::string code, Severity severity, std::string title);

// The first blocker that tells of the step; null where there is none.
[[nodiscard]] Finding* blocker_of(std::vector<Finding>& findings, const std::string& step);

}  // namespace rehearsal
