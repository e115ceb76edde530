#include "harness/step/online_sample.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/table_rules.h"
#include "harness/step/count_rows.h"
#include "harness/step/step_finding.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

bool is_of(const std::vector<OnlineMigration>& migrations, const std::string& name) {
  return std::any_of(migrations.begin(), migrations.end(), [&](const auto& one) { return one.name == name; });
}

// True of a row that the rule has not made yet what it says.
std::string to_do_condition(const TableRules& rules, const ExpectedChange& rule) {
  std::vector<std::string> done;
  for (const auto& [column, expression] : rule.becomes) {
    done.push_back(fmt::format("t.{} <=> ({})", sql_name(column), rule_sql(rules, expression)));
  }
  return "NOT (" + join(done, " AND ") + ")";
}

// "240 per second", "3.1 per second".
std::string rate_text(double rows_per_second) {
  return fmt::format("{:.{}f} per second", rows_per_second, rows_per_second < 10 ? 1 : 0);
}

}  // namespace

Result<std::map<std::string, std::int64_t>> count_rows_to_do(Sql& sql, const Service& service,
                                                             const std::map<std::string, std::string>& lane,
                                                             const PlanStep& step,
                                                             const std::vector<OnlineMigration>& migrations) {
  std::map<std::string, std::int64_t> counts;
  for (const std::string& schema : step.schemas) {
    for (const ExpectedChange& rule : service.expected_changes) {
      if (rule.becomes.empty() || !is_of(migrations, rule.revision) ||
          !applies(rule, service, role_of(lane, schema), rule.table, step.release)) {
        continue;
      }
      const std::string table = schema + "." + rule.table;
      const TableRules rules = rules_for(service, lane, step.release, table, {});
      const std::string query =
          "SELECT COUNT(*) FROM " + quoted_table(table) + " t WHERE " + to_do_condition(rules, rule);
      REHEARSAL_TRY_SET(const auto count,
                        count_where_there(sql, query, "counting what " + rule.revision + " still has to do"));
      if (count) {
        counts[rule.revision] += *count;
      }
    }
  }
  return counts;
}

Finding tell_sample(const PlanStep& step, const std::vector<OnlineMigration>& migrations,
                    const std::map<std::string, std::int64_t>& to_do, double seconds) {
  Finding finding = finding_for(step, "online-sampled", Severity::info, {});
  std::vector<std::string> parts;
  std::int64_t migrated = 0, left = 0;
  bool all_known = true;
  for (const OnlineMigration& migration : migrations) {
    // A command that counts all its rows tells more than its last batch; otherwise the rules count them.
    const auto counted = to_do.find(migration.name);
    const std::int64_t rest = std::max(counted == to_do.end() ? 0 : counted->second, migration.remaining);
    migrated += migration.migrated;
    left += rest;
    all_known = all_known && (counted != to_do.end() || rest > 0);
    const auto rows = static_cast<std::uint64_t>(std::max<std::int64_t>(0, migration.migrated));
    parts.push_back(fmt::format(
        "{}: {} migrated, {}", migration.name, plural(rows, "row"),
        counted == to_do.end() && rest == 0 ? "how many are left is not known" : fmt::format("{} left", rest)));
  }
  finding.title = fmt::format("a sample of {}: {} migrated", human_seconds(seconds),
                              plural(static_cast<std::uint64_t>(std::max<std::int64_t>(0, migrated)), "row"));
  finding.detail = parts.empty() ? "The command printed nothing in that time." : join(parts, "; ") + ".";
  if (migrated > 0 && seconds > 0) {
    const double rate = static_cast<double>(migrated) / seconds;
    finding.title += fmt::format(", {}", rate_text(rate));
    if (left > 0) {
      finding.title += fmt::format("; {}about {} to zero", all_known ? "" : "at least ",
                                   human_seconds(static_cast<double>(left) / rate));
    }
  }
  finding.detail +=
      " Migrations that come after these in the command's order were not reached, and nothing after this "
      "step was rehearsed.";
  return finding;
}

}  // namespace rehearsal
