#include "harness/step/observe.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>

#include "base/contains.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/renames.h"

namespace rehearsal {

namespace {

Result<std::int64_t> count_rows(Sql& sql, const std::string& table) {
  REHEARSAL_TRY_SET(const auto text, sql.value("SELECT COUNT(*) FROM " + quoted_table(table)));
  std::int64_t rows = 0;
  const std::string digits = text.value_or("0");
  std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  return rows;
}

// ALTER TABLE statements that the server has run, logged or not.
Result<std::int64_t> count_alterations(Sql& sql) {
  REHEARSAL_TRY_SET(const auto rows, sql.query("SHOW GLOBAL STATUS LIKE 'Com_alter_table'"));
  return rows.empty() ? 0 : std::atoll(rows.front().at(1).value_or("0").c_str());
}

// Their identifiers, unreadable bytes masked.
Result<std::set<std::string>> prepared_transactions(Sql& sql) {
  REHEARSAL_TRY_SET(const auto rows, sql.query("XA RECOVER FORMAT='SQL'"));
  std::set<std::string> names;
  for (const Row& row : rows) {
    names.insert(row.back().value_or(""));
  }
  return names;
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

Result<void> Observer::before_step(Sql& sql, const std::filesystem::path& data) {
  REHEARSAL_TRY_SET(marks_, read_marks(sql, data, databases_));
  REHEARSAL_TRY_SET(prepared_, prepared_transactions(sql));
  REHEARSAL_TRY_SET(alterations_, count_alterations(sql));
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
      REHEARSAL_TRY_SET(const auto rows, sql.query("SELECT version_num FROM " + quoted_table(database + "." + table)));
      for (const Row& row : rows) {
        heads.push_back(row.at(0).value_or("NULL"));
      }
    }
    std::sort(heads.begin(), heads.end());
    revisions[database] = join(heads, ", ");
  }
  return revisions;
}

Result<std::map<std::string, std::int64_t>> Observer::written_rows(Sql& sql) const {
  REHEARSAL_TRY_SET(const auto rows,
                    sql.query("SELECT TABLE_SCHEMA, TABLE_NAME, ROWS_CHANGED FROM information_schema.TABLE_STATISTICS"
                              " WHERE ROWS_CHANGED > 0"));
  std::map<std::string, std::int64_t> written;
  for (const Row& row : rows) {
    const std::string database = row.at(0).value_or("");
    if (contains(databases_, database)) {
      written[database + "." + row.at(1).value_or("")] = std::atoll(row.at(2).value_or("0").c_str());
    }
  }
  return written;
}

std::set<std::string> Observer::at_risk(const TableMarks& now, const DdlEffects& ddl, bool unread) const {
  std::set<std::string> tables;
  for (const auto& [table, risk] : ddl.risks()) {
    if (risk == RowRisk::any && (now.contains(table) || marks_.contains(table))) {
      tables.insert(table);
    }
  }
  for (const auto& [table, mark] : now) {
    const auto then = marks_.find(table);
    if (then == marks_.end() || then->second == mark) {
      continue;
    }
    // A table without an id of InnoDB's may have been written anew whenever its definition was.
    const bool rebuilt = then->second.id != mark.id || mark.id.empty();
    const auto logged = ddl.risks().find(table);
    if (rebuilt || unread || logged == ddl.risks().end()) {
      tables.insert(table);
    }
  }
  return tables;
}

Result<StepEffects> Observer::after_step(Sql& sql, const std::filesystem::path& data, DdlEffects ddl) {
  StepEffects effects;
  REHEARSAL_TRY_SET(effects.rows_written, written_rows(sql));
  std::set<std::string> written;
  for (const auto& [table, rows] : effects.rows_written) {
    written.insert(table);
  }
  REHEARSAL_TRY_SET(Schema now, read_schema(sql, databases_));
  REHEARSAL_TRY_SET(const TableMarks marks, read_marks(sql, data, databases_));
  REHEARSAL_TRY_SET(const std::set<std::string> prepared, prepared_transactions(sql));
  std::set_difference(prepared.begin(), prepared.end(), prepared_.begin(), prepared_.end(),
                      std::back_inserter(effects.left_prepared));
  effects.schema = compare(schema_, now);
  // Cascades of the schema before the step too: the step may have dropped the key after it acted.
  std::vector<Cascade> cascades = now.cascades;
  cascades.insert(cascades.end(), schema_.cascades.begin(), schema_.cascades.end());
  cascades.insert(cascades.end(), ddl.cascades().begin(), ddl.cascades().end());
  effects.rows_touched = with_cascades(std::move(written), cascades);
  REHEARSAL_TRY_SET(const std::int64_t alterations, count_alterations(sql));
  const bool unread = ddl.unread() || alterations - alterations_ > ddl.alterations();
  effects.rows_touched.merge(at_risk(marks, ddl, unread));
  std::set<std::string> touched = effects.rows_touched;
  for (const SchemaChange& change : effects.schema) {
    touched.insert(change.object);
    if (may_change_values(change)) {
      effects.rows_touched.insert(change.object);
    }
  }
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
    if (exists && existed && !effects.rows_touched.contains(table)) {
      change.rows_after = change.rows_before;
    } else if (exists) {
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
  effects.ddl = std::move(ddl);
  return effects;
}

}  // namespace rehearsal
