#include "harness/diagnosis/harm.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/sql/pieces.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diagnosis/proposed_sql.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

namespace {

// A date that strict mode refuses says nothing.
std::string has_value(const ColumnFacts& column) {
  const std::string name = sql_name(column.name);
  return column.is_date() ? fmt::format("{0} IS NOT NULL AND CAST({0} AS CHAR) NOT LIKE '%-00%'", name)
                          : name + " IS NOT NULL";
}

class Guard {
 public:
  Guard(Sql& sql, const Schema* before) : sql_(sql), before_(before) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    if (in_transaction_) {
      static_cast<void>(sql_.execute("ROLLBACK"));
    }
  }

  Result<std::string> look(const std::string& proposed) {
    for (const std::string& statement : statements_of(proposed)) {
      shape_changes_ = shape_changes_ || parse_ddl(statement).has_value();
      for (const Taking& taking : takings_of(statement)) {
        REHEARSAL_TRY_SET(std::string harm, harm_by(taking, statement));
        if (!harm.empty()) {
          return harm;
        }
      }
    }
    return std::string();
  }

 private:
  Result<std::string> harm_by(const Taking& taking, const std::string& statement) {
    const std::string schema = taking.schema.empty() ? schema_ : taking.schema;
    switch (taking.kind) {
      case Taking::Kind::none:
        return std::string();
      case Taking::Kind::use:
        schema_ = taking.schema;
        return std::string();
      case Taking::Kind::unknown:
        return fmt::format("what it would do cannot be read: {}", statement.substr(0, statement.find('\n')));
      case Taking::Kind::schema:
        return harm_to_schema(taking.schema);
      case Taking::Kind::table:
        return harm_to_table({schema, taking.table}, taking.verb);
      case Taking::Kind::column:
        return harm_to_column({schema, taking.table}, taking.column, taking.verb);
      case Taking::Kind::rows:
        return harm_to_rows(statement);
    }
    return std::string();
  }

  Result<std::string> harm_to_schema(const std::string& schema) {
    REHEARSAL_TRY_SET(const std::vector<Row> tables,
                      sql_.query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND "
                                 "TABLE_SCHEMA = " +
                                 sql_string(schema)));
    for (const Row& row : tables) {
      REHEARSAL_TRY_SET(std::string harm, harm_to_table({schema, row.at(0).value_or("")}, "drop"));
      if (!harm.empty()) {
        return harm;
      }
    }
    return std::string();
  }

  Result<std::string> harm_to_table(const TableName& table, const std::string& verb) {
    REHEARSAL_TRY_SET(const bool old, is_old(table));
    if (!old) {
      return std::string();
    }
    REHEARSAL_TRY_SET(const bool rows, any(table, "TRUE"));
    return rows ? fmt::format("it would {} {}, which was there before the step and holds rows", verb, shown(table))
                : std::string();
  }

  Result<std::string> harm_to_column(const TableName& table, const std::string& name, const std::string& verb) {
    REHEARSAL_TRY_SET(const TableFacts* facts, facts_of(table));
    const ColumnFacts* column = facts->column(name);
    REHEARSAL_TRY_SET(const bool old, is_old(table));
    if (column == nullptr || !old || !is_old_column(*facts, *column)) {
      return std::string();
    }
    REHEARSAL_TRY_SET(const bool filled, any(table, has_value(*column)));
    return filled ? fmt::format("it would {} column {} of {}, which was there before the step and holds values", verb,
                                column->name, shown(table))
                  : std::string();
  }

  // What is left once it has run, in a transaction that is not to last.
  Result<std::string> harm_to_rows(const std::string& statement) {
    if (!in_transaction_) {
      REHEARSAL_TRY(sql_.execute("START TRANSACTION"));
      in_transaction_ = true;
    }
    if (!schema_.empty()) {
      REHEARSAL_TRY(sql_.execute("USE " + sql_name(schema_)));
    }
    REHEARSAL_TRY_SET(const std::vector<TableName> tables, tables_reached(statement));
    std::map<TableName, std::set<std::string>> filled;  // and its columns with values
    for (const TableName& table : tables) {
      REHEARSAL_TRY_SET(const bool old, is_old(table));
      REHEARSAL_TRY_SET(const bool rows, any(table, "TRUE"));
      if (!old || !rows) {
        continue;
      }
      REHEARSAL_TRY_SET(const bool kept, can_be_rolled_back(table));
      if (!kept) {
        return fmt::format("what it would leave of {} cannot be tried: its engine knows no transactions", shown(table));
      }
      REHEARSAL_TRY_SET(filled[table], filled_columns(table, statement));
    }
    if (filled.empty()) {
      return std::string();
    }
    if (const Result<void> done = sql_.execute(statement); !done) {
      if (is_lost_connection(sql_.last_errno())) {
        return fail(done.error());
      }
      // Refused, it takes nothing, and whoever tries it is told; unless an ALTER before it lets it through.
      return shape_changes_ ? fmt::format("what it would do to {} cannot be tried beforehand", shown(tables.front()))
                            : std::string();
    }
    for (const auto& [table, columns] : filled) {
      REHEARSAL_TRY_SET(const bool rows, any(table, "TRUE"));
      if (!rows) {
        return fmt::format("it would empty {}, which held rows before the step", shown(table));
      }
      REHEARSAL_TRY_SET(const TableFacts* facts, facts_of(table));
      for (const std::string& name : columns) {
        REHEARSAL_TRY_SET(const bool values, any(table, has_value(*facts->column(name))));
        if (!values) {
          return fmt::format("it would leave no value in column {} of {}, which held some before the step", name,
                             shown(table));
        }
      }
    }
    return std::string();
  }

  // The tables that the statement names, and those that foreign keys carry its deletions to.
  Result<std::vector<TableName>> tables_reached(const std::string& statement) {
    std::vector<std::string> names, schemas;
    for (const std::string& name : names_of_statement(statement)) {
      names.push_back(sql_string(name));
    }
    REHEARSAL_TRY_SET(
        const std::vector<Row> named,
        sql_.query("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND "
                   "TABLE_NAME IN (" +
                   join(names, ", ") + ") AND TABLE_SCHEMA IN (" + join(names, ", ") + ", " + sql_string(schema_) +
                   ")"));
    std::vector<TableName> tables;
    tables.reserve(named.size());
    for (const Row& row : named) {
      tables.emplace_back(row.at(0).value_or(""), row.at(1).value_or(""));
    }
    for (std::size_t i = 0; i < tables.size(); ++i) {
      REHEARSAL_TRY_SET(
          const std::vector<Row> children,
          sql_.query(fmt::format("SELECT CONSTRAINT_SCHEMA, TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
                                 " WHERE UNIQUE_CONSTRAINT_SCHEMA = {} AND REFERENCED_TABLE_NAME = {} AND (DELETE_RULE"
                                 " IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))",
                                 sql_string(tables[i].schema), sql_string(tables[i].name))));
      for (const Row& row : children) {
        TableName child{row.at(0).value_or(""), row.at(1).value_or("")};
        if (!contains(tables, child)) {
          tables.push_back(std::move(child));
        }
      }
    }
    return tables;
  }

  // Of the columns that the statement or a foreign key of the table may write, those that hold a value.
  Result<std::set<std::string>> filled_columns(const TableName& table, const std::string& statement) {
    REHEARSAL_TRY_SET(const TableFacts* facts, facts_of(table));
    std::set<std::string> reached;
    for (const std::string& name : names_of_statement(statement)) {
      reached.insert(lower(name));
    }
    for (const ForeignKeySpec& key : facts->foreign_keys) {
      for (const std::string& name : key.columns) {
        reached.insert(lower(name));
      }
    }
    std::set<std::string> filled;
    for (const ColumnFacts& column : facts->columns) {
      if (!reached.contains(lower(column.name)) || !is_old_column(*facts, column)) {
        continue;
      }
      REHEARSAL_TRY_SET(const bool values, any(table, has_value(column)));
      if (values) {
        filled.insert(column.name);
      }
    }
    return filled;
  }

  Result<bool> can_be_rolled_back(const TableName& table) {
    REHEARSAL_TRY_SET(const auto engine,
                      sql_.value("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = " +
                                 sql_string(table.schema) + " AND TABLE_NAME = " + sql_string(table.name)));
    return lower(engine.value_or("")) == "innodb";
  }

  Result<bool> any(const TableName& table, const std::string& condition) {
    REHEARSAL_TRY_SET(const TableFacts* facts, facts_of(table));
    if (!facts->exists()) {
      return false;
    }
    REHEARSAL_TRY_SET(const auto row,
                      sql_.value(fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", facts->quoted(), condition)));
    return row.has_value();
  }

  Result<const TableFacts*> facts_of(const TableName& table) {
    auto known = facts_.find(table);
    if (known == facts_.end()) {
      REHEARSAL_TRY_SET(TableFacts facts, read_table_facts(sql_, table.schema, table.name));
      known = facts_.emplace(table, std::move(facts)).first;
    }
    return &known->second;
  }

  // A table under a name that is new may be an old one that the step renamed: where one is missing, all count as old.
  Result<bool> is_old(const TableName& table) {
    if (before_ == nullptr || !before_->databases.contains(table.schema) || before_->tables.contains(table.text())) {
      return true;
    }
    for (const auto& [name, shape] : before_->tables) {
      if (schema_of(name) != table.schema || shape.is_view) {
        continue;
      }
      REHEARSAL_TRY_SET(const TableFacts* facts, facts_of({table.schema, bare_name(name)}));
      if (!facts->exists()) {
        return true;
      }
    }
    return false;
  }

  // Likewise of columns.
  [[nodiscard]] bool is_old_column(const TableFacts& facts, const ColumnFacts& column) const {
    const auto shape = before_ == nullptr ? std::map<std::string, TableShape>::const_iterator()
                                          : before_->tables.find(facts.schema + "." + facts.name);
    if (before_ == nullptr || shape == before_->tables.end()) {
      return true;
    }
    bool missing = false;
    for (const std::string& line : shape->second.lines) {
      const std::string name = leading_name(line);
      if (name.empty()) {
        continue;
      }
      if (name == column.name) {
        return true;
      }
      missing = missing || facts.column(name) == nullptr;
    }
    return missing;
  }

  static std::string shown(const TableName& table) { return table.text(); }

  Sql& sql_;
  const Schema* before_;
  std::string schema_;  // that USE chose
  bool in_transaction_ = false;
  bool shape_changes_ = false;  // a statement looked at so far changes a table's shape; it was not run
  std::map<TableName, TableFacts> facts_;
};

}  // namespace

Result<std::string> harm_of(Sql& sql, const std::string& proposed, const Schema* before) {
  return Guard(sql, before).look(proposed);
}

Result<bool> withhold_harm(Sql& sql, const Schema* before, Fix& fix) {
  if (fix.sql.empty()) {
    return false;
  }
  REHEARSAL_TRY_SET(const std::string harm, harm_of(sql, fix.sql, before));
  if (harm.empty()) {
    return false;
  }
  fix.sql.clear();
  fix.tried = fix.passes = false;
  fix.decision += (fix.decision.empty() ? "What should happen to these rows? " : " ") +
                  fmt::format("No SQL is proposed: {}.", harm);
  return true;
}

}  // namespace rehearsal
