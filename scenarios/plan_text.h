// The plan as people read it, and as JSON.
#pragma once

#include <string>

#include "scenarios/plan.h"

namespace rehearsal {

[[nodiscard]] std::string to_text(const Plan& plan);
// Indented JSON: path, lanes with steps and commands, findings.
[[nodiscard]] std::string plan_json_text(const Plan& plan);

}  // namespace rehearsal
