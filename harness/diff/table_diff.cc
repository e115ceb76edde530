#include "harness/diff/table_diff.h"

#include <algorithm>
#include <cstdlib>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/comparison.h"
#include "harness/diff/loss_check.h"
#include "harness/diff/rule_questions.h"

namespace rehearsal {

namespace {

// Values that say nothing (all NULL, or one default) agree with any other such column.
Result<bool> says_something(const DiffSide& side, const std::string& column) {
  REHEARSAL_TRY_SET(const auto several, side.lookup.value("SELECT MIN(" + sql_name(column) + ") <> MAX(" +
                                                          sql_name(column) + ") FROM " + quoted_table(side.table)));
  return several.value_or("0") == "1";
}

std::int64_t number(const std::optional<std::string>& text) {
  return text ? std::atoll(text->c_str()) : 0;
}

// The values that went with columns.
Result<std::vector<DroppedColumn>> count_dropped(const DiffPlan& plan, const DiffSide& before, LossCheck& losses) {
  std::vector<DroppedColumn> dropped;
  if (plan.dropped.empty()) {
    return dropped;
  }
  std::vector<std::string> asked;
  for (const std::string& column : plan.dropped) {
    asked.push_back("COUNT(" + sql_name(column) + ")");
    asked.push_back("COUNT(IF(" + plan.before_live + ", " + sql_name(column) + ", NULL))");
  }
  REHEARSAL_TRY_SET(const auto rows,
                    before.lookup.query("SELECT " + join(asked, ", ") + " FROM " + quoted_table(plan.before)));
  std::vector<std::string> key;
  for (const ColumnPair& column : plan.key) {
    key.push_back(column.before);
  }
  for (std::size_t i = 0; i < plan.dropped.size() && !rows.empty(); ++i) {
    DroppedColumn column{
        .name = plan.dropped[i], .values = number(rows.front().at(2 * i)), .live = number(rows.front().at(2 * i + 1))};
    if (column.values > 0) {
      REHEARSAL_TRY_SET(column.kept, losses.kept_of_all(key, {column.name}, false, before.stream));
      dropped.push_back(column);
    }
  }
  return dropped;
}

}  // namespace

Result<void> prepare_for_diff(Sql& sql) {
  return sql.execute(
      "SET SESSION sql_mode = '', net_write_timeout = 7200, sort_buffer_size = 8388608, max_sort_length = 4096,"
      " max_statement_time = 0, slow_query_log = OFF");
}

Result<TableDiff> compare_tables(const DiffSide& before, const DiffSide& after, const DiffHints& hints) {
  REHEARSAL_TRY_SET(const TableLayout old_layout, read_layout(before.lookup, before.table));
  REHEARSAL_TRY_SET(const TableLayout new_layout, read_layout(after.lookup, after.table));
  REHEARSAL_TRY_SET(const RuleQuestions questions,
                    RuleQuestions::prepare(hints.rules, old_layout, new_layout, before.lookup, after.lookup));
  REHEARSAL_TRY_SET(KeptValues kept, KeptValues::prepare(after.lookup, after.table, hints.written));
  LossCheck losses(before.lookup, old_layout, std::move(kept));
  ColumnRenames logged, supposed;
  for (const auto& [old_name, new_name] : hints.renamed) {
    // What went by one of these names before and still does is compared by its name.
    if (old_layout.column(new_name) == nullptr && new_layout.column(old_name) == nullptr &&
        old_layout.column(old_name) != nullptr && new_layout.column(new_name) != nullptr) {
      logged.emplace_back(old_name, new_name);
    }
  }
  for (const auto& [old_name, new_name] : rename_candidates(old_layout, new_layout)) {
    const auto known = [&](const auto& rename) { return rename.first == old_name || rename.second == new_name; };
    if (std::any_of(logged.begin(), logged.end(), known)) {
      continue;
    }
    REHEARSAL_TRY_SET(const bool telling, says_something(before, old_name));
    if (telling) {
      supposed.emplace_back(old_name, new_name);
    }
  }
  for (;;) {
    const DiffPlan plan = plan_diff(old_layout, new_layout, logged, supposed);
    REHEARSAL_TRY_SET(Compared compared, compare_by(plan, before, after, questions, losses));
    if (compared.wrong) {
      std::erase_if(supposed, [&](const auto& rename) { return rename.first == *compared.wrong; });
      continue;
    }
    TableDiff diff = std::move(compared.diff);
    REHEARSAL_TRY_SET(diff.dropped, count_dropped(plan, before, losses));
    diff.renamed_columns = logged;
    diff.renamed_columns.insert(diff.renamed_columns.end(), supposed.begin(), supposed.end());
    diff.rules_not_asked = questions.not_asked();
    return diff;
  }
}

Result<UnexpectedRows> rows_of_dropped(const DiffSide& before, Sql& after, const WrittenPlaces& written) {
  REHEARSAL_TRY_SET(const TableLayout layout, read_layout(before.lookup, before.table));
  REHEARSAL_TRY_SET(const auto rows, before.lookup.query("SELECT COUNT(*), IFNULL(SUM(" + live_sql(layout) +
                                                         "), 0) FROM " + quoted_table(before.table)));
  UnexpectedRows gone;
  if (!rows.empty()) {
    gone.rows = number(rows.front().at(0));
    gone.live = number(rows.front().at(1));
  }
  if (gone.live > 0 && !layout.unique_keys.empty()) {
    REHEARSAL_TRY_SET(KeptValues kept, KeptValues::prepare(after, before.table, written));
    LossCheck losses(before.lookup, layout, std::move(kept));
    REHEARSAL_TRY_SET(gone.kept, losses.kept_of_all(layout.unique_keys.front().columns, {}, true, before.stream));
  }
  return gone;
}

}  // namespace rehearsal
