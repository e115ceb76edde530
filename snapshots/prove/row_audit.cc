#include "snapshots/prove/row_audit.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "base/sql/side_by_side.h"
#include "base/table_name.h"
#include "base/text.h"
#include "snapshots/prove/generated_values.h"

namespace rehearsal {

namespace {

constexpr const char* kAtMost = "SET STATEMENT max_statement_time = 60 FOR ";
constexpr unsigned kTooLong = 1969;

struct ForeignKey {
  std::string name;
  std::string schema, table;
  std::vector<std::string> columns = {};
  std::string parent_schema, parent;
  std::vector<std::string> parent_columns = {};
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
          keys.push_back({.name = at(2), .schema = at(0), .table = at(1), .parent_schema = at(4), .parent = at(5)});
        }
        keys.back().columns.push_back(at(3));
        keys.back().parent_columns.push_back(at(6));
        return {};
      }));
  return keys;
}

std::string full(const std::string& schema, const std::string& table) {
  return sql_name(TableName{schema, table});
}

// "FROM child LEFT JOIN parent … WHERE there is none". The child's key is walked in its order, so that equal values and
// neighbours find their parent on the page that was read last; sorting the different values out first costs more.
std::string orphans_of(const ForeignKey& key) {
  std::string known;
  std::string on;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string column = "c." + sql_name(key.columns[i]);
    known += column + " IS NOT NULL AND ";
    on += (i == 0 ? "" : " AND ") + column + " = p." + sql_name(key.parent_columns[i]);
  }
  return " FROM " + full(key.schema, key.table) + " c LEFT JOIN " + full(key.parent_schema, key.parent) + " p ON " +
         on + " WHERE " + known + "p." + sql_name(key.parent_columns[0]) + " IS NULL";
}

Result<std::vector<RowFinding>> look_through(Sql& sql, const ForeignKey& key) {
  const std::string table = key.schema + "." + key.table;
  const auto orphans = [&](std::uint64_t rows) {
    return RowFinding{
        .code = "orphan-rows",
        .what = "rows refer to a row of " + key.parent_schema + "." + key.parent +
                " that does not exist, against the foreign key " + key.name,
        .table = table,
        .columns = key.columns,
        .rows = rows,
        .cause = "foreign keys to " + key.parent_schema + "." + key.parent + " have rows whose parent does not exist"};
  };
  std::vector<RowFinding> found;
  const auto count = sql.value(kAtMost + ("SELECT COUNT(*)" + orphans_of(key)));
  if (count) {
    if (const std::uint64_t rows = std::stoull(count->value_or("0")); rows > 0) {
      found.push_back(orphans(rows));
    }
    return found;
  }
  if (sql.last_errno() != kTooLong) {
    if (is_lost_connection(sql.last_errno())) {
      return fail(count.error());
    }
  } else if (const auto any = sql.query(kAtMost + ("SELECT 1" + orphans_of(key)) + " LIMIT 1")) {
    if (!any->empty()) {
      found.push_back(orphans(0));
    }
    return found;
  } else if (is_lost_connection(sql.last_errno())) {
    return fail(any.error());
  }
  found.push_back({.code = "orphans-not-counted",
                   .what = "the foreign key " + key.name + " could not be checked: " + sql.last_message() + " (" +
                           std::to_string(sql.last_errno()) + ")",
                   .table = table,
                   .columns = key.columns,
                   .cause = "foreign keys of " + key.schema + " could not be checked"});
  return found;
}

struct Suspect {
  std::string column;
  std::string code, what, plural, condition;
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
          suspects.push_back({.column = name,
                              .code = "empty-choice-rows",
                              .what = "values are not among the column's choices",
                              .plural = "values that are not among its choices",
                              .condition = column + " + 0 = 0"});
        } else {
          suspects.push_back({.column = name,
                              .code = "zero-date-rows",
                              .what = "dates have no year, month or day",
                              .plural = "dates without a year, month or day",
                              .condition = "MONTH(" + column + ") = 0 OR DAYOFMONTH(" + column + ") = 0"});
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
      found.push_back({.code = suspects[i].code,
                       .what = suspects[i].what,
                       .table = table.schema + "." + table.name,
                       .columns = {suspects[i].column},
                       .rows = count,
                       .cause = "columns of " + table.schema + " hold " + suspects[i].plural});
    }
  }
  return found;
}

// The columns that the warning is about, where they can be told; nothing where no value has changed.
Result<std::optional<std::vector<std::string>>> columns_changed(Sql& sql, const std::vector<DumpInput>& inputs,
                                                                const DumpIndex& index, const ChangedRows& changed) {
  using Columns = std::optional<std::vector<std::string>>;
  const DumpTable* table = index.find(schema_of(changed.table), bare_name(changed.table));
  if (changed.number != kGeneratedValueNotTaken || table == nullptr) {
    return Columns(std::vector<std::string>{});
  }
  REHEARSAL_TRY_SET(std::vector<std::string> others, other_generated_values(sql, inputs, index, *table));
  return others.empty() ? Columns() : Columns(std::move(others));
}

}  // namespace

Result<std::vector<RowFinding>> audit_rows(const SqlLogin& target, const std::vector<DumpInput>& inputs,
                                           const DumpIndex& index, const RestoreReport& report, unsigned jobs) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, Sql::connect(target.socket, target.user, target.password));
  REHEARSAL_TRY_SET(const std::vector<ForeignKey> keys, foreign_keys(*sql));
  // The findings stand by place, so that their order does not depend on which thread was faster; the largest tables are
  // looked through first, so that none is left to one thread at the end.
  std::vector<std::vector<RowFinding>> found(keys.size() + report.look_at.size());
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const DumpTable* table =
        i < keys.size() ? index.find(keys[i].schema, keys[i].table) : report.look_at[i - keys.size()];
    order.emplace_back(table == nullptr ? 0 : table->rows, i);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  REHEARSAL_TRY(side_by_side(target, jobs, order.size(), [&](std::size_t nth, Sql& own) -> Result<void> {
    const std::size_t i = order[nth].second;
    REHEARSAL_TRY_SET(
        found[i], i < keys.size() ? look_through(own, keys[i]) : look_through(own, *report.look_at[i - keys.size()]));
    return {};
  }));
  std::vector<RowFinding> all;
  for (std::vector<RowFinding>& some : found) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  for (const ChangedRows& changed : report.changed) {
    REHEARSAL_TRY_SET(const auto columns, columns_changed(*sql, inputs, index, changed));
    if (!columns) {
      continue;
    }
    all.push_back({.code = "values-changed",
                   .what = "the server stored values that differ from the dump's: " + changed.message + " (" +
                           std::to_string(changed.number) + "; " + changed.file + ", line " +
                           std::to_string(changed.line) + ")",
                   .table = changed.table,
                   .columns = *columns,
                   .rows = changed.times});
  }
  return all;
}

}  // namespace rehearsal
