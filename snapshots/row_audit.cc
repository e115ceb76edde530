#include "snapshots/row_audit.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "snapshots/hazards.h"
#include "snapshots/side_by_side.h"

namespace rehearsal {

namespace {

constexpr const char* kAtMost = "SET STATEMENT max_statement_time = 60 FOR ";
constexpr unsigned kTooLong = 1969;

struct ForeignKey {
  std::string name;
  std::string schema, table;
  std::vector<std::string> columns;
  std::string parent_schema, parent;
  std::vector<std::string> parent_columns;
};

Result<std::vector<ForeignKey>> foreign_keys(Sql& sql) {
  std::vector<ForeignKey> keys;
  REHEARSAL_TRY(sql.for_each_row(
      "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,"
      " REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL"
      " ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
      [&](const Row& row) -> Result<void> {
        const auto at = [&](std::size_t i) { return row.at(i).value_or(""); };
        if (is_system_schema(at(0))) {
          return {};
        }
        if (keys.empty() || keys.back().name != at(2) || keys.back().table != at(1) || keys.back().schema != at(0)) {
          keys.push_back({at(2), at(0), at(1), {}, at(4), at(5), {}});
        }
        keys.back().columns.push_back(at(3));
        keys.back().parent_columns.push_back(at(6));
        return {};
      }));
  return keys;
}

std::string full(const std::string& schema, const std::string& table) {
  return sql_name(schema) + "." + sql_name(table);
}

// "FROM child LEFT JOIN parent … WHERE there is none", over the child's different keys or over all of its rows.
std::string orphans_of(const ForeignKey& key, bool distinct) {
  std::string columns;
  std::string known;
  std::string on;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string column = sql_name(key.columns[i]);
    columns += (i == 0 ? "" : ", ") + column;
    known += (i == 0 ? "" : " AND ") + column + " IS NOT NULL";
    on += (i == 0 ? "c." : " AND c.") + column + " = p." + sql_name(key.parent_columns[i]);
  }
  return std::string("FROM (SELECT ") + (distinct ? "DISTINCT " : "") + columns + " FROM " +
         full(key.schema, key.table) + " WHERE " + known + ") c LEFT JOIN " + full(key.parent_schema, key.parent) +
         " p ON " + on + " WHERE p." + sql_name(key.parent_columns[0]) + " IS NULL";
}

Result<std::vector<RowFinding>> look_through(Sql& sql, const ForeignKey& key) {
  const auto not_counted = [&] {
    return std::vector<RowFinding>{{"orphans-not-counted",
                                    "the foreign key " + key.name + " could not be looked through: " +
                                        sql.last_message() + " (" + std::to_string(sql.last_errno()) + ")",
                                    key.schema + "." + key.table, key.columns, 0}};
  };
  const auto any = sql.query(kAtMost + ("SELECT 1 " + orphans_of(key, true)) + " LIMIT 1");
  if (!any && is_lost_connection(sql.last_errno())) {
    return fail(any.error());
  }
  if (!any) {
    return not_counted();
  }
  if (any->empty()) {
    return std::vector<RowFinding>{};
  }
  const auto count = sql.value(kAtMost + ("SELECT COUNT(*) " + orphans_of(key, false)));
  if (!count && (sql.last_errno() != kTooLong || is_lost_connection(sql.last_errno()))) {
    return fail(count.error());
  }
  const std::uint64_t rows = count ? std::stoull(count->value_or("0")) : 0;
  return std::vector<RowFinding>{{"orphan-rows",
                                  "rows name a row of " + key.parent_schema + "." + key.parent +
                                      " that is not there, against the foreign key " + key.name,
                                  key.schema + "." + key.table, key.columns, rows}};
}

struct Suspect {
  std::string column;
  std::string code, what, condition;
};

Result<std::vector<Suspect>> suspects_of(Sql& sql, const std::string& schema, const std::string& table) {
  std::vector<Suspect> suspects;
  REHEARSAL_TRY(sql.for_each_row(
      "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = " + sql_string(schema) +
          " AND TABLE_NAME = " + sql_string(table) +
          " AND DATA_TYPE IN ('date', 'datetime', 'timestamp', 'enum') AND GENERATION_EXPRESSION IS NULL",
      [&](const Row& row) -> Result<void> {
        const std::string name = row.at(0).value_or("");
        const std::string column = sql_name(name);
        if (row.at(1) == "enum") {
          suspects.push_back(
              {name, "empty-choice-rows", "values are none of the column's choices", column + " + 0 = 0"});
        } else {
          suspects.push_back({name, "zero-date-rows", "dates have no year, month or day",
                              "MONTH(" + column + ") = 0 OR DAYOFMONTH(" + column + ") = 0"});
        }
        return {};
      }));
  return suspects;
}

Result<std::vector<RowFinding>> look_through(Sql& sql, const DumpTable& table) {
  REHEARSAL_TRY_SET(const std::vector<Suspect> suspects, suspects_of(sql, table.schema, table.name));
  std::vector<RowFinding> found;
  if (suspects.empty()) {
    return found;
  }
  std::string statement = "SELECT ";
  for (const Suspect& one : suspects) {
    statement += (&one == suspects.data() ? "SUM(" : ", SUM(") + one.condition + ")";
  }
  REHEARSAL_TRY_SET(const std::vector<Row> rows, sql.query(statement + " FROM " + full(table.schema, table.name)));
  for (std::size_t i = 0; !rows.empty() && i < suspects.size(); ++i) {
    const std::uint64_t count = std::stoull(rows[0].at(i).value_or("0"));
    if (count > 0) {
      found.push_back(
          {suspects[i].code, suspects[i].what, table.schema + "." + table.name, {suspects[i].column}, count});
    }
  }
  return found;
}

}  // namespace

void to_json(nlohmann::json& json, const RowFinding& finding) {
  json = {{"code", finding.code},
          {"what", finding.what},
          {"table", finding.table},
          {"columns", finding.columns},
          {"rows", finding.rows}};
}

void from_json(const nlohmann::json& json, RowFinding& finding) {
  json.at("code").get_to(finding.code);
  json.at("what").get_to(finding.what);
  json.at("table").get_to(finding.table);
  json.at("columns").get_to(finding.columns);
  json.at("rows").get_to(finding.rows);
}

Result<std::vector<RowFinding>> audit_rows(const RestoreTarget& target, const RestoreReport& report, unsigned jobs) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, Sql::connect(target.socket, target.user, target.password));
  REHEARSAL_TRY_SET(const std::vector<ForeignKey> keys, foreign_keys(*sql));
  // By place, so that the order does not depend on which thread was faster.
  std::vector<std::vector<RowFinding>> found(keys.size() + report.look_at.size());
  REHEARSAL_TRY(side_by_side(target, jobs, found.size(), [&](std::size_t i, Sql& own) -> Result<void> {
    REHEARSAL_TRY_SET(
        found[i], i < keys.size() ? look_through(own, keys[i]) : look_through(own, *report.look_at[i - keys.size()]));
    return {};
  }));
  std::vector<RowFinding> all;
  for (std::vector<RowFinding>& some : found) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  for (const ChangedRows& changed : report.changed) {
    all.push_back({"values-changed",
                   "the server stored other values than the dump holds: " + changed.message + " (" +
                       std::to_string(changed.number) + "; " + changed.file + ", line " + std::to_string(changed.line) +
                       ")",
                   changed.table,
                   {},
                   changed.times});
  }
  return all;
}

}  // namespace rehearsal
