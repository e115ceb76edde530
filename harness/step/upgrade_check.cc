#include "harness/step/upgrade_check.h"

#include <string_view>

#include "base/text.h"

namespace rehearsal {

namespace {

// The text of a table row without its frame: "| Result: Success  |" -> "Result: Success"; nothing for other lines.
std::string_view cell(std::string_view line) {
  line = trim(line);
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') {
    return {};
  }
  return trim(line.substr(1, line.size() - 2));
}

const UncheckedCheck* unchecked(const std::string& name, const std::vector<UncheckedCheck>& not_judged) {
  for (const UncheckedCheck& entry : not_judged) {
    if (entry.name == "*" || lower(entry.name) == lower(name)) {
      return &entry;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<CheckResult> read_upgrade_check(const std::string& output, const std::vector<UncheckedCheck>& not_judged) {
  constexpr std::string_view kName = "Check: ";
  constexpr std::string_view kResult = "Result: ";
  constexpr std::string_view kDetails = "Details: ";
  std::vector<CheckResult> checks;
  std::string* last = nullptr;  // what a line without a label continues: names and details are wrapped
  for (const std::string& line : lines_of(output)) {
    const std::string_view text = cell(line);
    if (text.empty()) {
      last = nullptr;
      continue;
    }
    if (text.starts_with(kName)) {
      checks.push_back({.name = std::string(trim(text.substr(kName.size()))), .result = {}, .details = {}});
      last = &checks.back().name;
    } else if (checks.empty()) {
      continue;
    } else if (text.starts_with(kResult)) {
      checks.back().result = trim(text.substr(kResult.size()));
      last = nullptr;
    } else if (text.starts_with(kDetails)) {
      checks.back().details = trim(text.substr(kDetails.size()));
      last = &checks.back().details;
    } else if (last != nullptr) {
      *last += " " + std::string(text);
    }
  }
  for (CheckResult& check : checks) {
    if (const UncheckedCheck* entry = unchecked(check.name, not_judged); entry != nullptr) {
      check.judged = false;
      check.why = entry->why;
    }
    if (check.details == "None") {
      check.details.clear();
    }
  }
  return checks;
}

}  // namespace rehearsal
