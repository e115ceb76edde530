#include "scenarios/code_rules.h"

#include <utility>

#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace {

constexpr auto kWorkPhases = {Phase::expand, Phase::migrate, Phase::sync, Phase::online, Phase::contract};

}  // namespace

std::vector<CodeRule> read_code_rules(TomlReader& table, const std::filesystem::path& loaders) {
  std::vector<CodeRule> rules;
  table.tables("code", [&](TomlReader& entry) {
    CodeRule rule;
    std::string loader;
    for (const char* key : {"kind", "loader", "new_from", "source"}) {
      entry.require(key);
    }
    entry.read("kind", rule.kind, {CodeKind::models});
    entry.read("loader", loader);
    entry.read("releases", rule.releases);
    entry.read("new_from", rule.new_from, kWorkPhases);
    if (entry.has("old_until")) {
      rule.old_until = Phase::contract;
      entry.read("old_until", *rule.old_until, kWorkPhases);
    }
    entry.read("source", rule.source);
    rule.loader = loaders / loader;
    rules.push_back(std::move(rule));
  });
  return rules;
}

}  // namespace rehearsal
