// What is known beforehand of one table at one step: the catalogue's rules that speak of it, and what the hop itself
// brought. Against this a row that changed is held. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/diff/table_layout.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

struct TableRules {
  std::vector<const ExpectedChange*> rewritten, inserted, deleted;
  std::set<std::string> dropped_columns;
  bool may_be_dropped = false;
  bool new_table = false;             // this hop made it: its rows are the hop's own
  std::set<std::string> new_columns;  // this hop added them: they may be filled, and as a rule says where one does
  std::string schema;                 // for ${schema} in the rules' SQL
  std::map<std::string, std::string> schemas;  // for ${ROLE}: role or part -> schema
  std::vector<std::string> cells;              // for ${cell}: the schema of each
};

// `table` is "schema.table"; `schemas`: role or part -> schema of the lane; `new_to_hop`: see NewToHop.
[[nodiscard]] TableRules rules_for(const Service& service, const std::map<std::string, std::string>& schemas,
                                   const std::string& release, const std::string& table,
                                   const std::set<std::string>& new_to_hop);

// The role or part whose schema this is; empty: none.
[[nodiscard]] std::string role_of(const std::map<std::string, std::string>& schemas, const std::string& schema);

// SQL of a rule, for a statement in which the table goes by `t`. ${ROLE} is the quoted schema of that role. ${cell}
// stands for each cell's in turn: a predicate holds where it holds of one of them.
[[nodiscard]] std::string rule_sql(const TableRules& rules, const std::string& sql);

// An expression in the form in which its value is compared with the values of `column` in the same form.
[[nodiscard]] std::string as_value_of(const ColumnLayout& column, const std::string& expression);

// SQL that is 1 for a row that the service does not hold for deleted, 0 for others. Without a mark all rows are live.
[[nodiscard]] std::string live_sql(const TableLayout& layout);

// What became of one changed column of a row.
enum class ColumnFate {
  expected,  // a rule or the hop explains it
  unlike,    // a rule speaks of it, and it came out otherwise
  unexplained
};

// Answers of the server on one row, in the order of rules.rewritten.
struct RuleAnswers {
  // Rule's place -> column -> the value is as `becomes` says; a rule with `satisfies` answers under "".
  std::vector<std::map<std::string, bool>> rewritten;
};

[[nodiscard]] ColumnFate fate_of(const TableRules& rules, const RuleAnswers& answers, const std::string& column);

}  // namespace rehearsal
