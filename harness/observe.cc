#include "harness/observe.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace rehearsal {

namespace {

std::string quoted(const std::string& table) {
  const std::size_t dot = table.find('.');
  return sql_name(table.substr(0, dot)) + "." + sql_name(table.substr(dot + 1));
}

Result<std::int64_t> count_rows(Sql& sql, const std::string& table) {
  REHEARSAL_TRY_SET(const auto text, sql.value("SELECT COUNT(*) FROM " + quoted(table)));
  std::int64_t rows = 0;
  const std::string digits = text.value_or("0");
  std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  return rows;
}

}  // namespace

Observer::Observer(std::vector<std::string> databases, std::map<std::string, std::int64_t> counts,
                   std::vector<std::string> revision_tables)
    : databases_(std::move(databases)), counts_(std::move(counts)), revision_tables_(std::move(revision_tables)) {}

std::int64_t Observer::rows(const std::string& table) const {
  const auto found = counts_.find(table);
  return found == counts_.end() ? 0 : found->second;
}

Result<void> Observer::start(Sql& sql) {
  REHEARSAL_TRY_SET(schema_, read_schema(sql, databases_));
  REHEARSAL_TRY_SET(revisions_, read_revisions(sql));
  return {};
}

Result<void> Observer::before_step(Sql& sql) {
  return sql.execute("FLUSH TABLE_STATISTICS");
}

Result<std::map<std::string, std::string>> Observer::read_revisions(Sql& sql) const {
  std::map<std::string, std::string> revisions;
  for (const std::string& database : databases_) {
    std::vector<std::string> heads;
    for (const std::string& table : revision_tables_) {
      if (!schema_.tables.contains(database + "." + table)) {
        continue;
      }
      REHEARSAL_TRY_SET(const auto rows, sql.query("SELECT version_num FROM " + quoted(database + "." + table)));
      for (const Row& row : rows) {
        heads.push_back(row.at(0).value_or("NULL"));
      }
    }
    std::sort(heads.begin(), heads.end());
    revisions[database] = join(heads, ", ");
  }
  return revisions;
}

Result<std::set<std::string>> Observer::touched_by_rows(Sql& sql) const {
  REHEARSAL_TRY_SET(const auto rows,
                    sql.query("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLE_STATISTICS"
                              " WHERE ROWS_CHANGED > 0"));
  std::set<std::string> tables;
  for (const Row& row : rows) {
    const std::string database = row.at(0).value_or("");
    if (std::find(databases_.begin(), databases_.end(), database) != databases_.end()) {
      tables.insert(database + "." + row.at(1).value_or(""));
    }
  }
  return tables;
}

Result<StepEffects> Observer::after_step(Sql& sql) {
  REHEARSAL_TRY_SET(std::set<std::string> touched, touched_by_rows(sql));
  REHEARSAL_TRY_SET(Schema now, read_schema(sql, databases_));
  StepEffects effects;
  effects.rows_touched = with_cascades(with_cascades(touched, schema_.cascades), now.cascades);
  effects.schema = compare(schema_, now);
  for (const SchemaChange& change : effects.schema) {
    touched.insert(change.object);
  }
  // Cascades of the schema before the step too: the step may have dropped the key after it acted.
  touched = with_cascades(with_cascades(std::move(touched), schema_.cascades), now.cascades);
  for (const std::string& table : touched) {
    const auto old_shape = schema_.tables.find(table);
    const auto new_shape = now.tables.find(table);
    const bool existed = old_shape != schema_.tables.end() && !old_shape->second.is_view;
    const bool exists = new_shape != now.tables.end() && !new_shape->second.is_view;
    TableChange change;
    change.table = table;
    if (existed) {
      change.rows_before = rows(table);
    }
    if (exists) {
      REHEARSAL_TRY_SET(const std::int64_t count, count_rows(sql, table));
      change.rows_after = count;
      counts_[table] = count;
    } else {
      counts_.erase(table);
    }
    if (existed || exists) {
      effects.tables.push_back(change);
    }
  }
  schema_ = std::move(now);
  REHEARSAL_TRY_SET(revisions_, read_revisions(sql));
  effects.revisions = revisions_;
  return effects;
}

}  // namespace rehearsal
