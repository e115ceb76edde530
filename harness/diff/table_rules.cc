#include "harness/diff/table_rules.h"

#include <algorithm>

#include "base/contains.h"
#include "base/sql/soft_delete.h"
#include "base/table_name.h"
#include "base/text.h"
#include "scenarios/cells.h"

namespace rehearsal {

std::string role_of(const std::map<std::string, std::string>& schemas, const std::string& schema) {
  const auto found =
      std::find_if(schemas.begin(), schemas.end(), [&](const auto& entry) { return entry.second == schema; });
  return found == schemas.end() ? std::string() : found->first;
}

TableRules rules_for(const Service& service, const std::map<std::string, std::string>& schemas,
                     const std::string& release, const std::string& table, const std::set<std::string>& new_to_hop) {
  TableRules rules;
  const std::string name = bare_name(table);
  rules.schema = schema_of(table);
  rules.schemas = schemas;
  for (const auto& [part, schema] : schemas) {
    if (reference_role(service, part) == kCellPart) {
      rules.cells.push_back(schema);
    }
  }
  const std::string role = role_of(schemas, rules.schema);
  for (const ExpectedChange& rule : service.expected_changes) {
    if (!applies(rule, service, role, name, release)) {
      continue;
    }
    switch (rule.change) {
      case RowChange::rewritten:
        rules.rewritten.push_back(&rule);
        break;
      case RowChange::inserted:
        rules.inserted.push_back(&rule);
        break;
      case RowChange::deleted:
        rules.deleted.push_back(&rule);
        break;
      case RowChange::column_dropped:
        rules.dropped_columns.insert(rule.columns.begin(), rule.columns.end());
        break;
      case RowChange::table_dropped:
        rules.may_be_dropped = true;
        break;
    }
  }
  rules.new_table = new_to_hop.contains(table);
  const std::string prefix = table + ".";
  for (auto at = new_to_hop.lower_bound(prefix); at != new_to_hop.end() && at->starts_with(prefix); ++at) {
    rules.new_columns.insert(at->substr(prefix.size()));
  }
  return rules;
}

std::string rule_sql(const TableRules& rules, const std::string& sql) {
  std::map<std::string, std::string> names{{"schema", sql_name(rules.schema)}};
  for (const auto& [role, schema] : rules.schemas) {
    names.emplace(role, sql_name(schema));
  }
  if (!contains(sql, "${" + std::string(kCellPart) + "}")) {
    return "(" + expand(sql, names) + ")";
  }
  std::vector<std::string> of_cells;
  for (const std::string& schema : rules.cells) {
    names[kCellPart] = sql_name(schema);
    of_cells.push_back("(" + expand(sql, names) + ")");
  }
  return of_cells.empty() ? "0" : "(" + join(of_cells, " OR ") + ")";
}

std::string as_value_of(const ColumnLayout& column, const std::string& expression) {
  switch (column.family) {
    case ColumnFamily::integer:
      return "(" + expression + " + 0)";
    case ColumnFamily::decimal:
    case ColumnFamily::approximate:
      return "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(" + expression + " AS DECIMAL(65,30))))";
    case ColumnFamily::text:
      return "CAST(CONVERT(" + expression + " USING utf8mb4) AS BINARY)";
    case ColumnFamily::binary:
      return "CAST(" + expression + " AS BINARY)";
    case ColumnFamily::moment:
      return "CAST(" + expression + " AS DATETIME(6))";
    case ColumnFamily::time_of_day:
      return "CAST(" + expression + " AS TIME(6))";
    case ColumnFamily::other:
      return "CAST(CONVERT(CAST(" + expression + " AS CHAR) USING utf8mb4) AS BINARY)";
  }
  return expression;
}

std::string live_sql(const TableLayout& layout) {
  DeleteMarks marks;
  if (const ColumnLayout* mark = layout.column("deleted")) {
    marks.deleted_is_text = mark->family == ColumnFamily::text;
  }
  marks.has_deleted_at = layout.column("deleted_at") != nullptr;
  return live_sql(marks, "");
}

ColumnFate fate_of(const TableRules& rules, const RuleAnswers& answers, const std::string& column) {
  // A rule says more than that the hop brought the column.
  ColumnFate fate = rules.new_columns.contains(column) ? ColumnFate::expected : ColumnFate::unexplained;
  for (std::size_t i = 0; i < rules.rewritten.size(); ++i) {
    const ExpectedChange& rule = *rules.rewritten[i];
    const bool speaks = rule.columns.empty() || contains(rule.columns, column);
    if (!speaks) {
      continue;
    }
    const auto& answer = answers.rewritten.at(i);
    const auto as_said = answer.find(rule.satisfies.empty() ? column : std::string());
    const bool says_nothing = rule.satisfies.empty() && !rule.becomes.contains(column);
    if (column == kTouchColumn || says_nothing || (as_said != answer.end() && as_said->second)) {
      return ColumnFate::expected;
    }
    fate = ColumnFate::unlike;
  }
  return fate;
}

}  // namespace rehearsal
