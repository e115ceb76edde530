#include "scenarios/row_rules.h"

#include "base/contains.h"
#include "base/pattern.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

void check_pattern(TomlReader& entry, const std::string& pattern) {
  if (const auto compiled = Pattern::of(pattern); !compiled) {
    entry.wrong("pattern", compiled.error().what);
  }
}

std::vector<RowRule> read_row_rules(TomlReader& table, const std::string& key) {
  std::vector<RowRule> rules;
  const bool guard = key == "guard";
  table.tables(key, [&](TomlReader& entry) {
    RowRule rule;
    if (!guard) {
      entry.require("migration");
    }
    entry.require("words");
    entry.require("source");
    if (guard) {
      entry.read("pattern", rule.pattern);
      entry.read("check", rule.check);
      check_pattern(entry, rule.pattern);
      if (rule.pattern.empty() && rule.check.empty()) {
        entry.wrong("pattern", "is missing", "a guard is known by its words (pattern) or is an upgrade check (check)");
      }
    } else {
      entry.require("tables");
      entry.read("migration", rule.migration);
      entry.read("not_needed", rule.not_needed);
    }
    entry.read("releases", rule.releases);
    entry.read("schemas", rule.schemas);
    entry.read("tables", rule.tables);
    entry.read("columns", rule.columns);
    entry.read("where", rule.where);
    entry.read("keys", rule.keys);
    entry.read("words", rule.words);
    entry.read("fix", rule.fix);
    entry.read("value", rule.value);
    entry.read("decision", rule.decision);
    entry.read("source", rule.source);
    if (!rule.tables.empty() && rule.where.empty()) {
      entry.wrong("where", "is missing", "a rule with tables says which of their rows are meant");
    }
    if (contains(rule.fix, "${value}") && rule.value.empty()) {
      entry.wrong("value", "is missing", "the fix uses ${value}");
    }
    rules.push_back(std::move(rule));
  });
  return rules;
}

}  // namespace rehearsal
