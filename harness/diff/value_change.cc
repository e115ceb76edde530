#include "harness/diff/value_change.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "harness/diff/diff_statements.h"

namespace rehearsal {

bool same_document(const std::string& left, const std::string& right) {
  const auto begins = [](const std::string& text) {
    const std::string_view trimmed_text = trim(text);
    return trimmed_text.starts_with('{') || trimmed_text.starts_with('[');
  };
  if (!begins(left) || !begins(right)) {
    return false;
  }
  const auto first = nlohmann::json::parse(left, nullptr, false);
  const auto second = nlohmann::json::parse(right, nullptr, false);
  return !first.is_discarded() && !second.is_discarded() && first == second;
}

std::string kind_of_change(const ColumnPair& column, const std::optional<std::string>& before,
                           const std::optional<std::string>& after) {
  if (before == after) {
    return {};
  }
  if (!before) {
    return "null-to-value";
  }
  if (!after) {
    return "value-to-null";
  }
  std::string old_value = *before;
  std::string new_value = *after;
  if (column.large) {
    const bool old_whole = old_value.starts_with("S");
    const bool new_whole = new_value.starts_with("S");
    constexpr std::size_t kDigest = 32;
    old_value.erase(0, old_whole ? 1 : 1 + kDigest);
    new_value.erase(0, new_whole ? 1 : 1 + kDigest);
    if (!new_whole) {
      return "other";
    }
    if (!old_whole) {  // only its head is here
      new_value.resize(std::min(new_value.size(), old_value.size()));
      return !new_value.empty() && old_value.starts_with(new_value) ? "truncated" : "other";
    }
  }
  const auto sorted_members = [](const std::string& value) {
    std::vector<std::string> members = split(value, ',');
    std::sort(members.begin(), members.end());
    return members;
  };
  if (column.members && sorted_members(old_value) == sorted_members(new_value)) {
    return "respelled";
  }
  if (column.text && same_document(old_value, new_value)) {
    return "respelled";
  }
  if (column.text && !new_value.empty() && old_value.starts_with(new_value)) {
    return "truncated";
  }
  return column.text && lower(old_value) == lower(new_value) ? "case" : "other";
}

bool loses_value(const std::string& kind) {
  return kind != "null-to-value" && kind != "respelled";
}

}  // namespace rehearsal
