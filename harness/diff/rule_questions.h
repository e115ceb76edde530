// What a comparison asks the servers for the sake of the catalogue's rules: which expressions beside a row's values,
// and what their answers mean. Pure, but for the question whether a table takes a rule's SQL at all.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diff/table_rules.h"

namespace rehearsal {

class RuleQuestions {
 public:
  // `before` and `after`: the table's layout on each side. Rules that one of the servers refuses are left out, and told
  // in not_asked().
  [[nodiscard]] static Result<RuleQuestions> prepare(const TableRules& rules, const TableLayout& before,
                                                     const TableLayout& after, Sql& before_sql, Sql& after_sql);

  [[nodiscard]] const TableRules& rules() const { return rules_; }
  [[nodiscard]] const std::vector<std::string>& not_asked() const { return not_asked_; }

  // Of an updated row: expressions for each side's lookup.
  [[nodiscard]] const std::vector<std::string>& of_old() const { return of_old_; }
  [[nodiscard]] const std::vector<std::string>& of_new() const { return of_new_; }
  // `old_answers` and `new_answers`: the values of these expressions for one row, in their order.
  [[nodiscard]] RuleAnswers answers(const Row& old_answers, const Row& new_answers) const;

  // Of a row that came or went: an expression that is 1 where a rule expects it; empty: no rule does. "1" for all.
  [[nodiscard]] const std::string& row_may_go() const { return may_go_; }
  [[nodiscard]] const std::string& row_may_come() const { return may_come_; }

 private:
  struct Place {
    std::size_t rule;    // in rules_.rewritten
    std::string column;  // empty: `satisfies`
    std::size_t old_at, new_at;
  };

  TableRules rules_;
  std::vector<std::string> of_old_, of_new_, not_asked_;
  std::vector<Place> places_;
  std::string may_go_, may_come_;
};

}  // namespace rehearsal
