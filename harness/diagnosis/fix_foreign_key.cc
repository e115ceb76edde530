// Fixes for foreign keys whose two sides do not match.
#include <algorithm>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/diagnosis/fix_parts.h"

namespace rehearsal {

namespace {

std::string text_of(const ColumnFacts& column) {
  return column.column_type + (column.is_text()
                                   ? fmt::format(" CHARACTER SET {} COLLATE {}", column.charset, column.collation)
                                   : std::string());
}

// `column` of `facts` made like `model`, its own NULL or NOT NULL kept.
std::string modified(const TableFacts& facts, const ColumnFacts& column, const ColumnFacts& model) {
  return fmt::format("ALTER TABLE {} MODIFY {} {}{};", facts.quoted(), sql_name(column.name), text_of(model),
                     column.nullable ? " NULL" : " NOT NULL");
}

// "utf8" is the server's older name of utf8mb3.
std::string today(const std::string& name) {
  return name == "utf8" || name.starts_with("utf8_") ? "utf8mb3" + name.substr(4) : name;
}

bool alike(const ColumnFacts& a, const ColumnFacts& b) {
  const bool same_sign = (!contains(a.column_type, "unsigned")) == (!contains(b.column_type, "unsigned"));
  return a.type == b.type && a.collation == b.collation && same_sign;
}

struct Alike {
  std::int64_t alike = 0, all = 0;
};
Result<Alike> tables_alike(Sql& sql, const std::string& schema, const std::string& collation) {
  REHEARSAL_TRY_SET(const auto rows,
                    sql.query("SELECT COALESCE(SUM(TABLE_COLLATION = " + sql_string(collation) +
                              "), 0), COUNT(*) FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND "
                              "TABLE_SCHEMA = " +
                              sql_string(schema)));
  const auto number = [&](std::size_t at) {
    return rows.empty() ? 0 : static_cast<std::int64_t>(std::stoll(rows.front().at(at).value_or("0")));
  };
  return Alike{number(0), number(1)};
}

}  // namespace

Result<Fix> fix_foreign_key(Sql& sql, const FixRequest& request) {
  Fix fix;
  const ForeignKeySpec& key = request.demand.foreign_key;
  const std::string parent_schema = key.schema.empty() ? request.demand.schema : key.schema;
  REHEARSAL_TRY_SET(const TableFacts parent, read_table_facts(sql, parent_schema, key.table));
  if (!parent.exists()) {
    fix.decision = fmt::format("There is no table {} to refer to; what happened to it?", key.table);
    return fix;
  }
  REHEARSAL_TRY_SET(const auto engine,
                    sql.value("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = " +
                              sql_string(parent_schema) + " AND TABLE_NAME = " + sql_string(key.table)));
  if (lower(engine.value_or("")) != "innodb") {
    fix.sql = fmt::format("ALTER TABLE {} ENGINE=InnoDB;", parent.quoted());
    return fix;
  }
  const bool indexed = std::any_of(parent.keys.begin(), parent.keys.end(), [&](const KeySpec& one) {
    return one.columns.size() >= key.target_columns.size() &&
           std::equal(key.target_columns.begin(), key.target_columns.end(), one.columns.begin());
  });
  if (!indexed) {
    std::vector<std::string> columns;
    for (const std::string& name : key.target_columns) {
      columns.push_back(sql_name(name));
    }
    fix.sql =
        fmt::format("CREATE INDEX {} ON {} ({});", sql_name(key.table + "_" + join(key.target_columns, "_") + "_idx"),
                    parent.quoted(), join(columns, ", "));
    return fix;
  }
  const bool fresh = request.statement != nullptr && request.statement->kind == DdlStatement::Kind::create_table;
  REHEARSAL_TRY_SET(const auto own_default, sql.query("SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM "
                                                      "information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
                                                      sql_string(request.demand.schema)));
  for (std::size_t i = 0; i < key.columns.size() && i < key.target_columns.size(); ++i) {
    const ColumnFacts* target = parent.column(key.target_columns[i]);
    if (target == nullptr) {
      fix.decision = fmt::format("{} has no column {}.", key.table, key.target_columns[i]);
      return fix;
    }
    if (!fresh) {
      const ColumnFacts* column = request.facts.column(key.columns[i]);
      if (column != nullptr && !alike(*column, *target)) {
        fix.sql += (fix.sql.empty() ? "" : "\n") + modified(request.facts, *column, *target);
      }
      continue;
    }
    // The new table's text columns take what the statement says, else what the database says.
    if (!target->is_text() || own_default.empty()) {
      continue;
    }
    if (request.statement->charset.empty() && request.statement->collation.empty()) {
      const std::string is = own_default.front().at(1).value_or("");
      if (is != target->collation) {
        fix.sql = fmt::format("ALTER DATABASE {} CHARACTER SET {} COLLATE {};", sql_name(request.demand.schema),
                              target->charset, target->collation);
        fix.decision = fmt::format("The database's default is {}, its tables have {}. Nothing that is stored changes.",
                                   is, target->collation);
      }
      continue;
    }
    ColumnFacts model = *target;
    REHEARSAL_TRY_SET(const auto collation,
                      sql.value("SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE " +
                                (request.statement->collation.empty()
                                     ? "CHARACTER_SET_NAME = " + sql_string(today(request.statement->charset)) +
                                           " AND IS_DEFAULT = 'Yes'"
                                     : "COLLATION_NAME = " + sql_string(today(request.statement->collation)))));
    model.collation = collation.value_or("");
    model.charset = model.collation.substr(0, model.collation.find('_'));
    if (!model.collation.empty() && model.collation != target->collation) {
      REHEARSAL_TRY_SET(const Alike tables, tables_alike(sql, parent_schema, target->collation));
      if (model.charset == target->charset && tables.all > 1 && tables.alike * 2 > tables.all) {
        fix.sql.clear();
        fix.decision = fmt::format(
            "{} of {} tables of {} have {}, and a new table that names only its character set gets {}: the server that "
            "made them gave another. Should the server keep giving theirs (character_set_collations, from MariaDB 11.2 "
            "on), or should all tables be converted before the upgrade?",
            tables.alike, tables.all, parent_schema, target->collation, model.collation);
        return fix;
      }
      fix.sql += "SET FOREIGN_KEY_CHECKS=0;\n" + modified(parent, *target, model) + "\nSET FOREIGN_KEY_CHECKS=1;";
      fix.decision = fmt::format("{}.{} was changed to {} by hand; other foreign keys may need the same.", key.table,
                                 target->name, target->collation);
    }
  }
  return fix;
}

}  // namespace rehearsal
