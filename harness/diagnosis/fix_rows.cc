// Fixes for rows that stand against a demand.
#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/diagnosis/fix_parts.h"

namespace rehearsal {

namespace {

bool all_soft_deleted(const Offenders& offenders) {
  return offenders.count > 0 && offenders.soft_deleted == offenders.count;
}

Result<std::int64_t> count(Sql& sql, const std::string& query) {
  REHEARSAL_TRY_SET(const auto text, sql.value(query));
  return text ? std::atoll(text->c_str()) : std::int64_t{0};
}

// "UPDATE t o SET … WHERE …"
std::string update(const TableFacts& facts, const std::string& set, const std::string& condition) {
  return fmt::format("UPDATE {} o SET {} WHERE {};", facts.quoted(), set, condition);
}

// A DELETE that names its rows `o` needs a current schema.
std::string in_schema(const TableFacts& facts, const std::string& statement) {
  return fmt::format("USE {};\n{}", sql_name(facts.schema), statement);
}

// The value that nearly all other rows have, as SQL: what the service itself has been writing.
Result<std::string> usual_value(Sql& sql, const TableFacts& facts, const std::string& column) {
  const std::string name = "o." + sql_name(column);
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql.query(fmt::format("SELECT QUOTE({0}), COUNT(*) n FROM {1} o WHERE {0} IS NOT NULL GROUP BY {0} "
                                          "ORDER BY n DESC LIMIT 2",
                                          name, facts.quoted())));
  if (rows.empty()) {
    return std::string();
  }
  const double most = std::atof(rows[0].at(1).value_or("0").c_str());
  const double next = rows.size() > 1 ? std::atof(rows[1].at(1).value_or("0").c_str()) : 0;
  return most >= 10 && next <= most / 20 ? rows[0].at(0).value_or("") : std::string();
}

// Zero, or the empty text: for rows that nobody will read again.
std::string neutral_value(const ColumnFacts& column) {
  return column.is_text() ? "''" : column.is_date() ? "'1970-01-01 00:00:01'" : "0";
}

}  // namespace

Result<Fix> fix_nulls(Sql& sql, const FixRequest& request) {
  Fix fix;
  const ColumnFacts* column = request.facts.column(request.demand.columns.at(0));
  if (column == nullptr) {
    return fix;
  }
  std::string value = request.demand.column.default_sql.value_or("");
  if (value.empty()) {
    REHEARSAL_TRY_SET(value, usual_value(sql, request.facts, column->name));
    if (!value.empty()) {
      fix.decision = "The value is what nearly all other rows have; make sure that it is right for these.";
    }
  }
  if (value.empty() && all_soft_deleted(request.offenders)) {
    value = neutral_value(*column);
  }
  if (value.empty()) {
    fix.decision = fmt::format(
        "Which value of {} is right for these rows, or may they be deleted? Find them with: SELECT * FROM {} o WHERE "
        "{};",
        column->name, request.facts.quoted(), request.offenders.condition);
    return fix;
  }
  fix.sql = update(request.facts, sql_name(column->name) + " = " + value, request.offenders.condition);
  return fix;
}

Result<Fix> fix_duplicates(Sql& sql, const FixRequest& request) {
  Fix fix;
  const TableFacts& facts = request.facts;
  const std::vector<std::string> key = facts.row_key();
  std::vector<std::string> same, groups, contents;
  for (const std::string& column : request.demand.columns) {
    same.push_back(fmt::format("k.{0} = o.{0}", sql_name(column)));
    groups.push_back("o." + sql_name(column));
  }
  const bool key_apart = key.size() == 1 && std::find(request.demand.columns.begin(), request.demand.columns.end(),
                                                      key.front()) == request.demand.columns.end();
  if (key_apart && request.demand.collation.empty()) {
    for (const ColumnFacts& column : facts.columns) {
      if (column.name != key.front() && column.name != "created_at" && column.name != "updated_at") {
        contents.push_back("o." + sql_name(column.name));
      }
    }
    const std::string of_offenders = " FROM " + facts.quoted() + " o WHERE " + request.offenders.condition;
    REHEARSAL_TRY_SET(const std::int64_t distinct, count(sql, "SELECT COUNT(*) FROM (SELECT DISTINCT " +
                                                                  join(contents, ", ") + of_offenders + ") d"));
    REHEARSAL_TRY_SET(const std::int64_t group_count,
                      count(sql, "SELECT COUNT(*) FROM (SELECT DISTINCT " + join(groups, ", ") + of_offenders + ") d"));
    const std::string later = fmt::format("DELETE o FROM {0} o JOIN {0} k ON {1} AND k.{2} < o.{2}", facts.quoted(),
                                          join(same, " AND "), sql_name(key.front()));
    if (distinct == group_count) {
      fix.sql = in_schema(facts, later + ";");
      fix.decision = "The rows of each group are identical except for their key; the first of each stays.";
      return fix;
    }
    const std::string mark = facts.soft_deleted_sql();
    if (!mark.empty()) {
      REHEARSAL_TRY_SET(const std::int64_t crowded,
                        count(sql, fmt::format("SELECT COUNT(*) FROM (SELECT 1{} AND NOT ({}) GROUP BY {} HAVING "
                                               "COUNT(*) > 1) d",
                                               of_offenders, mark, join(groups, ", "))));
      if (crowded == 0) {
        fix.sql = in_schema(facts, fmt::format("DELETE o FROM {} o WHERE ({}) AND {};", facts.quoted(), mark,
                                               request.offenders.condition));
        fix.decision = "Only soft-deleted rows are deleted; keep a copy of them if they are needed for accounting.";
        return fix;
      }
    }
  }
  fix.decision = fmt::format(
      "Which of the rows that share {} should be kept? Find them with: SELECT * FROM {} o WHERE {} ORDER BY {};",
      join(request.demand.columns, ", "), facts.quoted(), request.offenders.condition, join(groups, ", "));
  return fix;
}

Fix fix_unfit(const FixRequest& request) {
  Fix fix;
  const ColumnSpec& wanted = request.demand.column;
  const ColumnFacts* column = request.facts.column(wanted.name);
  if (column != nullptr && column->is_text() && wanted.length && all_soft_deleted(request.offenders)) {
    fix.sql = update(request.facts, fmt::format("{0} = LEFT({0}, {1})", sql_name(column->name), *wanted.length),
                     request.offenders.condition);
    fix.decision = "All of these rows are soft-deleted, so their values may be truncated.";
    return fix;
  }
  fix.decision =
      fmt::format("What should these values become? They do not fit {}. Find them with: SELECT * FROM {} o WHERE {};",
                  wanted.type + (wanted.length ? fmt::format("({})", *wanted.length) : ""), request.facts.quoted(),
                  request.offenders.condition);
  return fix;
}

Fix fix_dates(const FixRequest& request) {
  Fix fix;
  std::vector<std::string> updates;
  const std::vector<std::string>& named = request.demand.columns;
  for (const ColumnFacts& column : request.facts.columns) {
    if (!column.is_date() || (!named.empty() && !contains(named, column.name))) {
      continue;
    }
    updates.push_back(update(request.facts,
                             sql_name(column.name) + (column.nullable ? " = NULL" : " = '1970-01-01 00:00:01'"),
                             "CAST(o." + sql_name(column.name) + " AS CHAR) LIKE '%-00%'"));
    if (!column.nullable) {
      fix.decision = fmt::format("{} may not be NULL; where the true date is known, write that instead.", column.name);
    }
  }
  fix.sql = join(updates, "\n");
  return fix;
}

Fix fix_orphans(const FixRequest& request) {
  Fix fix;
  const ForeignKeySpec& key = request.demand.foreign_key;
  const bool nullable = std::all_of(key.columns.begin(), key.columns.end(), [&](const std::string& name) {
    const ColumnFacts* column = request.facts.column(name);
    return column != nullptr && column->nullable;
  });
  if (nullable && key.on_delete != "CASCADE" && !all_soft_deleted(request.offenders)) {
    std::vector<std::string> set;
    for (const std::string& name : key.columns) {
      set.push_back(sql_name(name) + " = NULL");
    }
    fix.sql = update(request.facts, join(set, ", "), request.offenders.condition);
    fix.decision =
        fmt::format("The {} that these rows refer to is gone; if it should exist, restore it instead.", key.table);
    return fix;
  }
  fix.sql = in_schema(request.facts,
                      fmt::format("DELETE o FROM {} o WHERE {};", request.facts.quoted(), request.offenders.condition));
  fix.decision = fmt::format(
      "These rows refer to a {} that is gone, so nothing can reach them; keep a copy, and if the {} should exist, "
      "restore it instead.",
      key.table, key.table);
  return fix;
}

}  // namespace rehearsal
