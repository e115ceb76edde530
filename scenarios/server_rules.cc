#include "scenarios/server_rules.h"

#include <algorithm>
#include <system_error>

#include "base/files.h"
#include "base/text.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

void read_series(TomlReader& entry, const std::string& key, Series& into) {
  std::string text;
  entry.read(key, text);
  if (!text.empty()) {
    into = series_of(text);
    if (into == Series{}) {
      entry.wrong(key, "is not a series", "write it as \"10.11\"");
    }
  }
}

ServerVariableRule read_variable(TomlReader& entry) {
  ServerVariableRule rule;
  for (const char* key : {"name", "how", "why", "source"}) {
    entry.require(key);
  }
  std::string how;
  entry.read("name", rule.name);
  entry.read("also", rule.also);
  entry.read("how", how);
  entry.read("words", rule.words);
  entry.read("values", rule.values);
  entry.read("ours", rule.ours);
  entry.read("collation", rule.collation);
  entry.read("size", rule.size);
  entry.read("loose", rule.loose);
  entry.read("why", rule.why);
  entry.read("source", rule.source);
  read_series(entry, "known", rule.known);
  read_series(entry, "meant", rule.meant);
  entry.tables("defaults", [&](TomlReader& one) {
    Series since;
    std::string value;
    one.require("since");
    one.require("value");
    read_series(one, "since", since);
    one.read("value", value);
    rule.defaults.emplace_back(since, value);
  });
  if (how == "session") {
    rule.how = Reproduction::session;
  } else if (how == "never") {
    rule.how = Reproduction::never;
    entry.require("ours");
  } else if (how != "option") {
    entry.wrong("how", "is '" + how + "'", "use \"option\", \"session\" or \"never\"");
  }
  return rule;
}

}  // namespace

Series series_of(const std::string& version) {
  constexpr std::string_view kOldClients = "5.5.5-";
  std::string_view text = version;
  if (text.starts_with(kOldClients) && text.size() > kOldClients.size()) {
    text.remove_prefix(kOldClients.size());
  }
  const auto number = [&]() -> int {
    int value = -1;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9' && value < 10000) {
      value = (value < 0 ? 0 : value) * 10 + (text.front() - '0');
      text.remove_prefix(1);
    }
    return value;
  };
  const int major = number();
  if (major < 0 || text.empty() || text.front() != '.') {
    return {};
  }
  text.remove_prefix(1);
  const int minor = number();
  return minor < 0 ? Series{} : Series{major, minor};
}

std::string to_text(Series series) {
  return std::to_string(series.first) + "." + std::to_string(series.second);
}

std::string ServerVariableRule::default_of(Series series) const {
  std::string value;
  for (const auto& [since, from_then] : defaults) {
    value = since <= series ? from_then : value;
  }
  return value;
}

const ServerVariableRule* ServerRules::variable(const std::string& name) const {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const ServerVariableRule& rule) { return rule.name == name; });
  return found == variables.end() ? nullptr : &*found;
}

Result<ServerRules> load_server_rules(const fs::path& file) {
  ServerRules rules;
  REHEARSAL_TRY_SET(const bool there, is_there(file));
  if (!there) {
    return rules;
  }
  REHEARSAL_TRY_SET(const std::string text, read_file(file));
  REHEARSAL_TRY_SET(const toml::table document, parse_toml(text, file.string(), ErrorKind::failed));
  TomlProblems problems{file.string(), ErrorKind::failed, {}};
  TomlReader reader(document, "", problems);
  reader.table("known", [&](TomlReader& known) {
    std::vector<std::string> names;
    std::string source;
    known.require("source");
    known.read("source", source);
    known.read("series", names);
    for (const std::string& name : names) {
      rules.series.push_back(series_of(name));
    }
    known.finish();
  });
  reader.table("collations", [&](TomlReader& entry) {
    std::string source;
    entry.require("source");
    entry.read("source", source);
    entry.read("variable", rules.collations.variable);
    entry.read("before", rules.collations.before);
    entry.read("after", rules.collations.after);
    read_series(entry, "known", rules.collations.known);
    read_series(entry, "since", rules.collations.since);
    entry.finish();
  });
  reader.tables("variable", [&](TomlReader& entry) { rules.variables.push_back(read_variable(entry)); });
  reader.finish();
  if (problems.first) {
    return fail(*problems.first);
  }
  return rules;
}

}  // namespace rehearsal
