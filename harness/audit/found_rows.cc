#include "harness/audit/found_rows.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/sql/soft_delete.h"
#include "base/table_name.h"
#include "base/text.h"
#include "reports/mask/mask.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

std::int64_t number(const std::optional<std::string>& text) {
  return text ? std::atoll(text->c_str()) : 0;
}

struct TableColumns {
  std::vector<std::string> all, key;
  DeleteMarks marks;
};

// No columns: there is no such table.
Result<TableColumns> columns_of(Sql& sql, const std::string& schema, const std::string& table) {
  TableColumns columns;
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql.query(fmt::format("SELECT COLUMN_NAME, COLUMN_KEY = 'PRI', CHARACTER_SET_NAME IS NOT NULL FROM"
                                          " information_schema.COLUMNS WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}"
                                          " ORDER BY ORDINAL_POSITION",
                                          sql_string(schema), sql_string(table))));
  for (const Row& row : rows) {
    columns.all.push_back(row.at(0).value_or(""));
    if (number(row.at(1)) != 0) {
      columns.key.push_back(columns.all.back());
    }
    if (columns.all.back() == "deleted") {
      columns.marks.deleted_is_text = number(row.at(2)) != 0;
    }
    columns.marks.has_deleted_at = columns.marks.has_deleted_at || columns.all.back() == "deleted_at";
  }
  return columns;
}

// Counts and names the rows of one table; none where the condition does not fit the table.
Result<std::optional<FoundRows>> find_in(Sql& sql, const RowRule& rule, const std::string& schema,
                                         const std::string& table) {
  REHEARSAL_TRY_SET(const TableColumns columns, columns_of(sql, schema, table));
  if (columns.all.empty()) {
    return std::nullopt;
  }
  FoundRows found;
  found.table = schema + "." + table;
  found.quoted_schema = sql_name(schema);
  found.quoted_table = found.quoted_schema + "." + sql_name(table);
  const std::string from =
      fmt::format(" FROM {} t WHERE ({})", found.quoted_table, expand(rule.where, {{"schema", found.quoted_schema}}));
  const std::string deleted = deleted_sql(columns.marks, "t.");
  const auto counts = sql.query("SELECT COUNT(*)" + (deleted.empty() ? "" : ", SUM(" + deleted + ")") + from);
  if (!counts) {
    if (is_lost_connection(sql.last_errno())) {
      return fail(counts.error());
    }
    return std::nullopt;
  }
  found.count = number(counts->front().at(0));
  if (!deleted.empty()) {
    found.soft_deleted = number(counts->front().at(1));
  }
  const std::vector<std::string>& keys = rule.keys.empty() ? columns.key : rule.keys;
  if (found.count == 0 || keys.empty()) {
    return found;
  }
  std::vector<std::string> names;
  for (const std::string& key : keys) {
    names.push_back("t." + sql_name(key));
  }
  const auto rows = sql.query(fmt::format("SELECT {}{} LIMIT {}", join(names, ", "), from, kKeysTold));
  if (!rows) {  // a key of the catalogue's that this table does not have: they are counted and not named
    return is_lost_connection(sql.last_errno()) ? Result<std::optional<FoundRows>>(fail(rows.error()))
                                                : std::optional(std::move(found));
  }
  for (const Row& row : *rows) {
    std::map<std::string, std::string> told;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      told[keys[i]] = told_key(row.at(i));
    }
    found.rows.push_back(std::move(told));
  }
  return found;
}

}  // namespace

std::string told_key(const std::optional<std::string>& value) {
  return !value ? "NULL" : is_surrogate_key(*value) ? *value : "***";
}

Result<std::vector<FoundRows>> find_rows(Sql& sql, const RowRule& rule, const std::vector<std::string>& schemas) {
  std::vector<FoundRows> result;
  for (const std::string& schema : schemas) {
    for (const std::string& table : rule.tables) {
      REHEARSAL_TRY_SET(std::optional<FoundRows> found, find_in(sql, rule, schema, table));
      if (found && found->count > 0) {
        result.push_back(std::move(*found));
      }
    }
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const FoundRows& a, const FoundRows& b) { return a.count > b.count; });
  return result;
}

std::vector<std::string> schemas_of_rule(const RowRule& rule, const Service& service,
                                         const std::map<std::string, std::string>& lane, const PlanStep& step) {
  if (rule.schemas.empty()) {
    return step.schemas;
  }
  std::vector<std::string> schemas;
  for (const auto& [part, schema] : lane) {
    const std::string role = head_role(service, part);
    const bool wanted = contains(rule.schemas, role);
    if (wanted && !contains(schemas, schema)) {
      schemas.push_back(schema);
    }
  }
  return schemas;
}

Result<std::optional<Fix>> fix_of(Sql& sql, const RowRule& rule, const std::vector<FoundRows>& found) {
  Fix fix;
  bool whole = !found.empty() && !rule.fix.empty();
  for (const FoundRows& rows : found) {
    if (rule.fix.empty()) {
      break;
    }
    std::map<std::string, std::string> values = {{"schema", rows.quoted_schema}, {"table", rows.quoted_table}};
    if (!rule.value.empty()) {
      REHEARSAL_TRY_SET(const std::optional<std::string> value, sql.value(expand(rule.value, values)));
      if (!value) {
        whole = false;
        continue;
      }
      values["value"] = sql_string(*value);
    }
    fix.sql += (fix.sql.empty() ? "" : "\n") + expand(rule.fix, values) + ";";
  }
  if (!whole) {
    fix.decision = rule.decision;
  }
  if (fix.sql.empty() && fix.decision.empty()) {
    return std::nullopt;
  }
  return fix;
}

std::string list_of(const std::vector<FoundRows>& found) {
  std::vector<std::string> parts;
  for (const FoundRows& rows : found) {
    parts.push_back(fmt::format("{}: {}", rows.table, plural(static_cast<std::uint64_t>(rows.count), "row")));
  }
  return join(parts, "; ");
}

void set_rows(Finding& finding, const RowRule& rule, const std::vector<FoundRows>& found) {
  if (found.empty()) {
    return;
  }
  finding.table = found.front().table;
  finding.columns = rule.columns;
  std::int64_t count = 0;
  std::optional<std::int64_t> soft_deleted;
  for (const FoundRows& rows : found) {
    count += rows.count;
    if (rows.soft_deleted) {
      soft_deleted = soft_deleted.value_or(0) + *rows.soft_deleted;
    }
  }
  finding.row_count = std::max(finding.row_count.value_or(0), count);
  finding.soft_deleted = soft_deleted;
  finding.rows = found.front().rows;
}

}  // namespace rehearsal
