// INI text as OpenStack's services read it: options in groups, an option may be given several times.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rehearsal {

struct IniMerge {
  std::string text;
  std::vector<std::string> not_used;  // "group/option" of the operator that are kept ours
};

// The operator's INI laid over ours: an option that he sets replaces ours with all its values, unless it is protected
// ("group/option"). Comments are dropped; continuation lines stay with their option.
[[nodiscard]] IniMerge merge_ini(const std::string& ours, const std::string& operators,
                                 const std::set<std::string>& protected_options);

// A line that is neither group, option, continuation, comment nor empty: such a line would be left out.
struct IniProblem {
  int line = 0;      // of the text, from 1
  std::string what;  // "is not an option: 'cpu_allocation_ratio 4'"
};
[[nodiscard]] std::vector<IniProblem> ini_problems(const std::string& text);

// The value of "group/option", the last where it is given several times.
[[nodiscard]] std::optional<std::string> ini_value(const std::string& text, const std::string& key);

}  // namespace rehearsal
