// The plan as people read it, and as JSON.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "scenarios/plan.h"

namespace rehearsal {

[[nodiscard]] std::string to_text(const Plan& plan);
// What is not covered and what to do about it, as a section of its own; empty where all is covered.
[[nodiscard]] std::string coverage_text(const Coverage& coverage);
[[nodiscard]] nlohmann::ordered_json coverage_json(const Coverage& coverage);
// Indented JSON: path, lanes with steps and commands, findings, coverage.
[[nodiscard]] std::string plan_json_text(const Plan& plan);

}  // namespace rehearsal
