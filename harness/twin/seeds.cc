#include "harness/twin/seeds.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/audit/found_rows.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr std::size_t kMostRows = 500;      // of a table
constexpr std::size_t kLongestValue = 255;  // by which a row is known again

struct Column {
  std::string name;
  bool key = false, counts = false;
};

struct Table {
  std::string schema, name;
  std::vector<Column> columns;
};

// A value that is the same wherever the step runs.
bool is_lasting_type(const std::string& type) {
  return type.ends_with("int") || type.ends_with("char") || type.ends_with("text") || type == "enum" || type == "set" ||
         type == "decimal";
}

bool is_random(const std::string& value) {
  return !is_digits(value) && is_surrogate_key(value) && value.front() != '-';
}

Result<std::vector<Table>> tables_of(Sql& sql, const std::vector<std::string>& schemas,
                                     const std::set<std::string>& left_out) {
  std::vector<Table> tables;
  std::vector<std::string> quoted;
  for (const std::string& schema : schemas) {
    quoted.push_back(sql_string(schema));
  }
  REHEARSAL_TRY(sql.for_each_row(
      fmt::format("SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_KEY = 'PRI', c.DATA_TYPE, c.EXTRA, "
                  "EXISTS (SELECT 1 FROM information_schema.KEY_COLUMN_USAGE k WHERE k.TABLE_SCHEMA = c.TABLE_SCHEMA "
                  "AND k.TABLE_NAME = c.TABLE_NAME AND k.COLUMN_NAME = c.COLUMN_NAME AND k.REFERENCED_TABLE_NAME IS "
                  "NOT NULL) FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, "
                  "TABLE_NAME) WHERE c.TABLE_SCHEMA IN ({}) AND t.TABLE_TYPE = 'BASE TABLE' ORDER BY c.TABLE_SCHEMA, "
                  "c.TABLE_NAME, c.ORDINAL_POSITION",
                  join(quoted, ", ")),
      [&](const Row& row) -> Result<void> {
        const std::string schema = row.at(0).value_or("");
        const std::string name = row.at(1).value_or("");
        if (left_out.contains(name)) {
          return {};
        }
        if (tables.empty() || tables.back().schema != schema || tables.back().name != name) {
          tables.push_back({schema, name, {}});
        }
        const bool counts =
            row.at(5).value_or("").empty() && row.at(6) == "0" && is_lasting_type(lower(row.at(4).value_or("")));
        tables.back().columns.push_back({row.at(2).value_or(""), row.at(3) == "1", counts});
        return {};
      }));
  return tables;
}

SeedRow seed_of(const Table& table, const Row& row) {
  SeedRow seed{table.schema + "." + table.name, {}};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::optional<std::string>& value = row.at(i);
    if (table.columns[i].counts && !(value && (value->size() > kLongestValue || is_random(*value)))) {
      seed.values[table.columns[i].name] = value;
    }
  }
  return seed;
}

std::string told(const SeedRow& seed) {
  std::vector<std::string> parts;
  for (const auto& [column, value] : seed.values) {
    if (value) {
      parts.push_back(column + " = " + *value);
    }
  }
  return join_some(parts, ", ", 6);
}

// Columns that production's table has.
Result<std::set<std::string>> columns_there(Sql& sql, const std::string& table) {
  std::set<std::string> columns;
  REHEARSAL_TRY(sql.for_each_row(
      fmt::format("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}",
                  sql_string(schema_of(table)), sql_string(bare_name(table))),
      [&](const Row& row) -> Result<void> {
        columns.insert(row.at(0).value_or(""));
        return {};
      }));
  return columns;
}

}  // namespace

Result<SeedWatch::Rows> SeedWatch::read(Sql& sql, const std::vector<std::string>& schemas) const {
  Rows rows;
  REHEARSAL_TRY_SET(const std::vector<Table> tables, tables_of(sql, schemas, left_out_));
  for (const Table& table : tables) {
    if (std::none_of(table.columns.begin(), table.columns.end(), [](const Column& column) { return column.key; })) {
      continue;
    }
    REHEARSAL_TRY_SET(const std::vector<Row> found,
                      sql.query(fmt::format("SELECT * FROM {}.{} LIMIT {}", sql_name(table.schema),
                                            sql_name(table.name), kMostRows + 1)));
    if (found.size() > kMostRows) {
      continue;
    }
    for (const Row& row : found) {
      std::string key;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        key += table.columns[i].key ? row.at(i).value_or("") + "\x1f" : "";
      }
      rows[{table.schema + "." + table.name, key}] = seed_of(table, row);
    }
  }
  return rows;
}

Result<void> SeedWatch::start(Sql& sql, const std::string& schema) {
  REHEARSAL_TRY_SET(Rows rows, read(sql, {schema}));
  const auto is_of_schema = [&](const auto& entry) { return entry.first.first.starts_with(schema + "."); };
  std::erase_if(now_, is_of_schema);
  std::erase_if(step_of_, is_of_schema);
  now_.merge(rows);
  started_.insert(schema);
  return {};
}

Result<void> SeedWatch::after_step(Sql& sql, std::size_t step) {
  REHEARSAL_TRY_SET(Rows after, read(sql, schemas_));
  for (const auto& [name, row] : after) {
    if (!now_.contains(name) && started_.contains(schema_of(name.first))) {
      step_of_[name] = step;
    }
  }
  now_ = std::move(after);
  return {};
}

std::vector<SeedRow> SeedWatch::of_step(std::size_t step) const {
  std::vector<SeedRow> seeds;
  for (const auto& [name, number] : step_of_) {
    const auto row = now_.find(name);
    if (number == step && row != now_.end() && !row->second.values.empty()) {
      seeds.push_back(row->second);
    }
  }
  return seeds;
}

Result<std::vector<Finding>> find_missing_seeds(Sql& sql, const StepRecord& step, const std::vector<SeedRow>& seeds) {
  std::map<std::string, std::vector<std::pair<SeedRow, std::size_t>>> tables;  // with how many are alike
  for (const SeedRow& seed : seeds) {
    auto& rows = tables[seed.table];
    const auto alike = std::find_if(rows.begin(), rows.end(), [&](const auto& other) { return other.first == seed; });
    if (alike == rows.end()) {
      rows.emplace_back(seed, 1);
    } else {
      ++alike->second;
    }
  }
  std::vector<Finding> findings;
  for (const auto& [table, rows] : tables) {
    REHEARSAL_TRY_SET(const std::set<std::string> columns, columns_there(sql, table));
    std::vector<const SeedRow*> missing;
    std::size_t count = 0;
    for (const auto& [seed, wanted] : rows) {
      std::vector<std::string> terms;
      for (const auto& [column, value] : seed.values) {
        if (columns.contains(column)) {
          terms.push_back(sql_name(column) + (value ? " = " + sql_string(*value) : std::string(" IS NULL")));
        }
      }
      if (terms.empty()) {
        continue;
      }
      REHEARSAL_TRY_SET(
          const std::optional<std::string> there,
          sql.value(fmt::format("SELECT COUNT(*) FROM {} WHERE {}", quoted_table(table), join(terms, " AND "))));
      const std::size_t have = static_cast<std::size_t>(std::stoull(there.value_or("0")));
      if (have < wanted) {
        missing.push_back(&seed);
        count += wanted - have;
      }
    }
    if (missing.empty()) {
      continue;
    }
    Finding finding;
    finding.code = "seed-row-missing";
    finding.severity = Severity::warning;
    finding.service = step.service;
    finding.release = step.release;
    finding.step = step.id;
    finding.table = table;
    finding.row_count = static_cast<std::int64_t>(count);
    finding.title = fmt::format("{} that {} puts into an empty database {} not in {}: {}", plural(count, "row"),
                                step.id, count == 1 ? "is" : "are", table, told(*missing.front()));
    finding.detail = "The migration looked at what was there and left them out, or the rows are not as it makes them.";
    for (const SeedRow* seed : missing) {
      if (finding.rows.size() == kKeysTold) {
        break;
      }
      std::map<std::string, std::string>& row = finding.rows.emplace_back();
      for (const auto& [column, value] : seed->values) {
        row[column] = value.value_or("NULL");
      }
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehearsal
