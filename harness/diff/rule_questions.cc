#include "harness/diff/rule_questions.h"

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/diff_statements.h"
#include "harness/diff/value_change.h"

namespace rehearsal {

namespace {

constexpr std::size_t kNoQuestion = static_cast<std::size_t>(-1);

// Empty where the server takes the expression over the table; what it says against it otherwise.
std::string refusal(Sql& sql, const std::string& table, const std::string& expression) {
  const auto asked = sql.query("SELECT " + expression + " FROM " + quoted_table(table) + " t LIMIT 0");
  return asked ? std::string() : sql.last_message();
}

std::string rule_name(const ExpectedChange& rule) {
  return fmt::format("{} of {}{}", to_word(rule.change), rule.table,
                     rule.revision.empty() ? "" : " (" + rule.revision + ")");
}

// A value that is as large as the packet allows is told by its digest.
std::string bounded(const std::string& value) {
  return fmt::format("IF(LENGTH({0}) <= {1}, {0}, CONCAT('L', MD5({0})))", value, kLargeWhole);
}

// One condition of all rules' predicates; "1" where a rule has none.
std::string any_of_rules(const TableRules& rules, const std::vector<const ExpectedChange*>& list, Sql& sql,
                         const std::string& table, std::vector<std::string>& not_asked) {
  std::vector<std::string> conditions;
  for (const ExpectedChange* rule : list) {
    if (rule->satisfies.empty()) {
      return "1";
    }
    const std::string condition = rule_sql(rules, rule->satisfies);
    if (const std::string why = refusal(sql, table, condition); !why.empty()) {
      not_asked.push_back(rule_name(*rule) + ": " + why);
    } else {
      conditions.push_back("IFNULL(" + condition + ", 0)");
    }
  }
  return conditions.empty() ? std::string() : "(" + join(conditions, " OR ") + ")";
}

}  // namespace

Result<RuleQuestions> RuleQuestions::prepare(const TableRules& rules, const TableLayout& before,
                                             const TableLayout& after, Sql& before_sql, Sql& after_sql) {
  RuleQuestions questions;
  questions.rules_ = rules;
  questions.rules_.rewritten.clear();
  for (const ExpectedChange* rule : rules.rewritten) {
    std::vector<Place> places;
    std::vector<std::string> of_old, of_new;
    std::string refused;
    if (!rule->satisfies.empty()) {
      of_new.push_back("IFNULL(" + rule_sql(rules, rule->satisfies) + ", 0)");
      refused = refusal(after_sql, after.table, of_new.back());
      places.push_back({.rule = questions.rules_.rewritten.size(),
                        .column = "",
                        .old_at = kNoQuestion,
                        .new_at = questions.of_new_.size()});
    }
    for (const auto& [column, expression] : rule->becomes) {
      const ColumnLayout* layout = after.column(column);
      if (layout == nullptr) {
        continue;  // dropped since: there is no value to be held against the rule
      }
      of_old.push_back(bounded(as_value_of(*layout, rule_sql(rules, expression))));
      of_new.push_back(bounded(as_value_of(*layout, "t." + sql_name(column))));
      if (refused.empty()) {
        refused = refusal(before_sql, before.table, of_old.back());
      }
      places.push_back({.rule = questions.rules_.rewritten.size(),
                        .column = column,
                        .old_at = questions.of_old_.size() + of_old.size() - 1,
                        .new_at = questions.of_new_.size() + of_new.size() - 1});
    }
    if (!refused.empty()) {
      questions.not_asked_.push_back(rule_name(*rule) + ": " + refused);
      continue;
    }
    questions.rules_.rewritten.push_back(rule);
    questions.places_.insert(questions.places_.end(), places.begin(), places.end());
    questions.of_old_.insert(questions.of_old_.end(), of_old.begin(), of_old.end());
    questions.of_new_.insert(questions.of_new_.end(), of_new.begin(), of_new.end());
  }
  questions.may_go_ = any_of_rules(rules, rules.deleted, before_sql, before.table, questions.not_asked_);
  questions.may_come_ =
      rules.new_table ? "1" : any_of_rules(rules, rules.inserted, after_sql, after.table, questions.not_asked_);
  return questions;
}

RuleAnswers RuleQuestions::answers(const Row& old_answers, const Row& new_answers) const {
  RuleAnswers answers;
  answers.rewritten.resize(rules_.rewritten.size());
  for (const Place& place : places_) {
    const auto& now = new_answers.at(place.new_at);
    bool as_said = false;
    if (place.column.empty()) {
      as_said = now == "1";
    } else {
      const auto& wanted = old_answers.at(place.old_at);
      as_said = wanted == now || (wanted && now && same_document(*wanted, *now));
    }
    answers.rewritten[place.rule][place.column] = as_said;
  }
  return answers;
}

}  // namespace rehearsal
