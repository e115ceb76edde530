#include "scenarios/ini.h"

#include <algorithm>
#include <map>

#include "base/contains.h"
#include "base/text.h"

namespace rehearsal {

namespace {

struct Option {
  std::string group, name;
  std::vector<std::string> lines;  // as written, continuation lines included
};

std::vector<Option> parse(const std::string& text) {
  std::vector<Option> options;
  std::string group = "DEFAULT";
  for (const std::string& line : lines_of(text)) {
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') {
      continue;
    }
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (content.front() == '[' && content.back() == ']') {
      group = trim(content.substr(1, content.size() - 2));
      continue;
    }
    const std::size_t equals = content.find_first_of("=:");
    if (continues && !options.empty() && options.back().group == group) {
      options.back().lines.push_back(line);
    } else if (equals != std::string_view::npos) {
      options.push_back({group, std::string(trim(content.substr(0, equals))), {std::string(content)}});
    }
  }
  return options;
}

std::string key_of(const Option& option) {
  return option.group + "/" + option.name;
}

}  // namespace

std::optional<std::string> ini_value(const std::string& text, const std::string& key) {
  std::optional<std::string> value;
  for (const Option& option : parse(text)) {
    if (key_of(option) == key) {
      const std::string& line = option.lines.front();
      value = trim(std::string_view(line).substr(line.find_first_of("=:") + 1));
    }
  }
  return value;
}

IniMerge merge_ini(const std::string& ours, const std::string& operators,
                   const std::set<std::string>& protected_options) {
  IniMerge merge;
  std::vector<Option> theirs = parse(operators);
  std::set<std::string> replaced;
  std::erase_if(theirs, [&](const Option& option) {
    const std::string key = key_of(option);
    if (!protected_options.contains(key)) {
      replaced.insert(key);
      return false;
    }
    if (!contains(merge.not_used, key)) {
      merge.not_used.push_back(key);
    }
    return true;
  });
  std::vector<std::string> groups;
  std::map<std::string, std::vector<const Option*>> by_group;
  const std::vector<Option> mine = parse(ours);
  const auto take = [&](const Option& option) {
    if (!by_group.contains(option.group)) {
      groups.push_back(option.group);
    }
    by_group[option.group].push_back(&option);
  };
  for (const Option& option : mine) {
    if (!replaced.contains(key_of(option))) {
      take(option);
    }
  }
  std::for_each(theirs.begin(), theirs.end(), take);
  for (const std::string& group : groups) {
    merge.text += "[" + group + "]\n";
    for (const Option* option : by_group[group]) {
      merge.text += join(option->lines, "\n") + "\n";
    }
  }
  return merge;
}

std::vector<IniProblem> ini_problems(const std::string& text) {
  std::vector<IniProblem> problems;
  bool after_option = false;
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') {
      continue;
    }
    const std::string shown = "'" + std::string(content.substr(0, 60)) + "'";
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (content.front() == '[') {
      after_option = false;
      if (content.back() != ']' || trim(content.substr(1, content.size() - 2)).empty()) {
        problems.push_back({number, "is not a group: " + shown});
      }
      continue;
    }
    if (continues && after_option) {
      continue;
    }
    const std::size_t equals = content.find_first_of("=:");
    after_option = equals != std::string_view::npos && equals > 0;
    if (!after_option) {
      problems.push_back({number, "is not an option: " + shown});
    }
  }
  return problems;
}

}  // namespace rehearsal
