#include "scenarios/version_rules.h"

#include "base/text.h"
#include "scenarios/ini.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {

namespace {

// As oslo.config reads it.
bool is_true(const std::string& value) {
  const std::string word = lower(value);
  return word == "true" || word == "1" || word == "yes" || word == "on";
}

}  // namespace

std::vector<VersionRule> read_version_rules(TomlReader& table) {
  std::vector<VersionRule> rules;
  table.tables("version_rule", [&](TomlReader& entry) {
    VersionRule rule;
    for (const char* key :
         {"schemas", "tables", "bound", "where", "severity", "heartbeat", "words", "meaning", "source"}) {
      entry.require(key);
    }
    entry.read("schemas", rule.rows.schemas);
    entry.read("tables", rule.rows.tables);
    entry.read("columns", rule.rows.columns);
    entry.read("where", rule.rows.where);
    entry.read("keys", rule.rows.keys);
    entry.read("words", rule.rows.words);
    entry.read("fix", rule.rows.fix);
    entry.read("decision", rule.rows.decision);
    entry.read("source", rule.rows.source);
    entry.read("bound", rule.bounds);
    entry.read("heartbeat", rule.heartbeat);
    entry.read("severity", rule.severity, {Severity::blocker, Severity::warning});
    entry.read("check", rule.check);
    entry.read("relaxed_by", rule.relaxed_by);
    entry.read("meaning", rule.meaning);
    rules.push_back(std::move(rule));
  });
  return rules;
}

std::vector<VersionQuestion> version_questions(const std::vector<VersionRule>& rules, const std::string& release,
                                               const std::string& config) {
  std::vector<VersionQuestion> questions;
  for (const VersionRule& rule : rules) {
    const auto bound = rule.bounds.find(release);
    if (bound == rule.bounds.end()) {
      continue;
    }
    VersionQuestion question{rule, release, false};
    const std::map<std::string, std::string> values = {{"bound", bound->second}, {"release", release}};
    VersionRule& asked = question.rule;
    for (std::string* text :
         {&asked.rows.where, &asked.rows.words, &asked.rows.fix, &asked.rows.decision, &asked.meaning}) {
      *text = expand(*text, values);
    }
    question.relaxed = !rule.relaxed_by.empty() && is_true(ini_value(config, rule.relaxed_by).value_or(""));
    questions.push_back(std::move(question));
  }
  return questions;
}

}  // namespace rehearsal
