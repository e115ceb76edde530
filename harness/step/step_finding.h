// What every finding about a step begins with: where it was found.
#pragma once

#include <string>

#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

[[nodiscard]] Finding finding_for(const PlanStep& step, std::string code, Severity severity, std::string title);

}  // namespace rehearsal
