// What became of one value between two states of a row. Pure.
#pragma once

#include <optional>
#include <string>

#include "harness/diff/diff_plan.h"

namespace rehearsal {

// What became of a value: "null-to-value", "value-to-null", "truncated", "case", "respelled" (the same JSON, written
// otherwise), "other"; empty: nothing.
[[nodiscard]] std::string kind_of_change(const ColumnPair& column, const std::optional<std::string>& before,
                                         const std::optional<std::string>& after);

// False where NULL was filled or the value means the same: nothing is gone.
[[nodiscard]] bool loses_value(const std::string& kind);

// The same JSON object or list, whatever its spaces and the order of its keys. A bare number or word is none.
[[nodiscard]] bool same_document(const std::string& left, const std::string& right);

}  // namespace rehearsal
