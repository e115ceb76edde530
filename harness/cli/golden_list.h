// The kept goldens as people and programs read them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "snapshots/keep/golden_store.h"

namespace rehearsal {

// One line a golden, and one more where something holds it or its manifest cannot be read. `now` in seconds since 1970.
[[nodiscard]] std::string golden_table(const std::vector<GoldenInfo>& goldens, std::int64_t now);
// All that the manifest tells but the password, and `in_use`, `held_by`, `unreadable`, `age_seconds`, `unused_seconds`.
[[nodiscard]] nlohmann::json golden_json(const GoldenInfo& golden, std::int64_t now);

}  // namespace rehearsal
