#include "harness/diagnosis/offenders.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/contains.h"
#include "base/text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace {

constexpr std::size_t kKeysShown = 20;

struct IntegerRange {
  const char* type;
  const char *least, *most, *most_unsigned;
};
constexpr std::array kIntegers = {
    IntegerRange{.type = "TINYINT", .least = "-128", .most = "127", .most_unsigned = "255"},
    IntegerRange{.type = "SMALLINT", .least = "-32768", .most = "32767", .most_unsigned = "65535"},
    IntegerRange{.type = "MEDIUMINT", .least = "-8388608", .most = "8388607", .most_unsigned = "16777215"},
    IntegerRange{.type = "INT", .least = "-2147483648", .most = "2147483647", .most_unsigned = "4294967295"},
    IntegerRange{.type = "BIGINT",
                 .least = "-9223372036854775808",
                 .most = "9223372036854775807",
                 .most_unsigned = "18446744073709551615"}};

struct TextLimit {
  const char* type;
  std::uint64_t bytes;
};
constexpr std::array kTexts = {TextLimit{"TINYTEXT", 255}, TextLimit{"TEXT", 65535}, TextLimit{"MEDIUMTEXT", 16777215},
                               TextLimit{"TINYBLOB", 255}, TextLimit{"BLOB", 65535}, TextLimit{"MEDIUMBLOB", 16777215}};

// Values that the type cannot hold; empty where it holds all that the column may have now.
std::string does_not_fit(const ColumnSpec& wanted, const ColumnFacts& now) {
  const std::string type = canonical_type(wanted.type);
  const std::string value = of_row(now.name);
  if ((type == "VARCHAR" || type == "CHAR") && wanted.length) {
    return "CHAR_LENGTH(" + value + ") > " + std::to_string(*wanted.length);
  }
  if ((type == "VARBINARY" || type == "BINARY") && wanted.length) {
    return "LENGTH(" + value + ") > " + std::to_string(*wanted.length);
  }
  for (const TextLimit& limit : kTexts) {
    if (type == limit.type) {
      return "LENGTH(" + value + ") > " + std::to_string(limit.bytes);
    }
  }
  if (type == "ENUM" && !wanted.values.empty()) {
    std::vector<std::string> values;
    for (const std::string& one : wanted.values) {
      values.push_back(sql_string(one));
    }
    return value + " NOT IN (" + join(values, ", ") + ")";
  }
  for (const IntegerRange& range : kIntegers) {
    if (type != range.type) {
      continue;
    }
    if (now.is_text()) {
      return value + " NOT REGEXP '^ *-?[0-9]+ *$'";
    }
    return "(" + value + " < " + (wanted.is_unsigned ? "0" : range.least) + " OR " + value + " > " +
           (wanted.is_unsigned ? range.most_unsigned : range.most) + ")";
  }
  return {};
}

std::string duplicates(const Demand& demand, const TableFacts& facts) {
  std::vector<std::string> outer, inner, not_null;
  for (const std::string& name : demand.columns) {
    const ColumnFacts* column = facts.column(name);
    const bool under = column->is_text() && !demand.collation.empty();
    const std::string collate = under ? " COLLATE " + demand.collation : "";
    // A column must be in the collation's character set before it can be compared under it.
    const std::string charset = demand.collation.substr(0, demand.collation.find('_'));
    const auto value = [&](const std::string& text) {
      return under ? "CONVERT(" + text + " USING " + charset + ")" + collate : text;
    };
    outer.push_back(value(of_row(name)));
    inner.push_back(value("d." + sql_name(name)));
    not_null.push_back("d." + sql_name(name) + " IS NOT NULL");
  }
  // Twice nested, so that the condition also serves a DELETE of the same table.
  return "(" + join(outer, ", ") + ") IN (SELECT * FROM (SELECT " + join(inner, ", ") + " FROM " + facts.quoted() +
         " d WHERE " + join(not_null, " AND ") + " GROUP BY " + join(inner, ", ") + " HAVING COUNT(*) > 1) g)";
}

std::string orphans(const Demand& demand, const TableFacts& facts) {
  const ForeignKeySpec& key = demand.foreign_key;
  if (key.columns.size() != key.target_columns.size() || key.columns.empty()) {
    return {};
  }
  std::vector<std::string> not_null, same;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    not_null.push_back(of_row(key.columns[i]) + " IS NOT NULL");
    same.push_back("p." + sql_name(key.target_columns[i]) + " = " + of_row(key.columns[i]));
  }
  return join(not_null, " AND ") + " AND NOT EXISTS (SELECT 1 FROM " +
         sql_name(key.schema.empty() ? facts.schema : key.schema) + "." + sql_name(key.table) + " p WHERE " +
         join(same, " AND ") + ")";
}

std::string invalid_dates(const Demand& demand, const TableFacts& facts) {
  std::vector<std::string> parts;
  for (const ColumnFacts& column : facts.columns) {
    const bool wanted = demand.columns.empty() || contains(demand.columns, column.name);
    if (column.is_date() && wanted) {
      // "-00" is the month or the day.
      parts.push_back("CAST(" + of_row(column.name) + " AS CHAR) LIKE '%-00%'");
    }
  }
  return parts.empty() ? "" : "(" + join(parts, " OR ") + ")";
}

std::int64_t number(const std::optional<std::string>& text) {
  return text ? std::atoll(text->c_str()) : 0;
}

}  // namespace

std::string of_row(const std::string& column) {
  return "o." + sql_name(column);
}

std::string offending_condition(const Demand& demand, const TableFacts& facts) {
  if (!facts.exists() || !is_about_rows(demand.kind)) {
    return {};
  }
  const bool all_there = std::all_of(demand.columns.begin(), demand.columns.end(),
                                     [&](const std::string& name) { return facts.column(name) != nullptr; });
  if (!all_there) {
    return {};
  }
  switch (demand.kind) {
    case Demand::Kind::unique:
      return demand.columns.empty() ? "" : duplicates(demand, facts);
    case Demand::Kind::not_null:
      return demand.columns.empty() ? "" : of_row(demand.columns.front()) + " IS NULL";
    case Demand::Kind::fits: {
      const ColumnFacts* column = facts.column(demand.column.name);
      return column == nullptr ? "" : does_not_fit(demand.column, *column);
    }
    case Demand::Kind::valid_dates:
      return invalid_dates(demand, facts);
    case Demand::Kind::refers:
      return orphans(demand, facts);
    case Demand::Kind::compatible:
    case Demand::Kind::absent_column:
    case Demand::Kind::absent_key:
    case Demand::Kind::absent_table:
    case Demand::Kind::present_column:
    case Demand::Kind::present_key:
    case Demand::Kind::present_foreign_key:
    case Demand::Kind::present_table:
    case Demand::Kind::key_size:
    case Demand::Kind::row_size:
      return {};
  }
  return {};
}

Result<Offenders> count_rows_where(Sql& sql, const std::string& condition, const TableFacts& facts) {
  Offenders offenders;
  offenders.condition = condition;
  if (condition.empty() || !facts.exists()) {
    return offenders;
  }
  const std::string from = " FROM " + facts.quoted() + " o WHERE " + condition;
  const std::string mark = facts.soft_deleted_sql();
  const bool dated = facts.column("created_at") != nullptr;
  REHEARSAL_TRY_SET(
      const std::vector<Row> counts,
      sql.query("SELECT COUNT(*), " + (mark.empty() ? "NULL" : "SUM(" + mark + ")") +
                (dated ? ", LEFT(MIN(NULLIF(o.`created_at`, 0)), 10), LEFT(MAX(o.`created_at`), 10)" : ", NULL, NULL") +
                from));
  const Row& row = counts.at(0);
  offenders.count = number(row.at(0));
  if (!mark.empty()) {
    offenders.soft_deleted = number(row.at(1));
  }
  offenders.oldest = row.at(2).value_or("");
  offenders.newest = row.at(3).value_or("");
  const std::vector<std::string> key = facts.row_key();
  if (offenders.count == 0 || key.empty()) {
    return offenders;
  }
  std::vector<std::string> columns;
  for (const std::string& name : key) {
    columns.push_back(of_row(name));
  }
  REHEARSAL_TRY_SET(const std::vector<Row> rows,
                    sql.query("SELECT " + join(columns, ", ") + from + " ORDER BY " + join(columns, ", ") + " LIMIT " +
                              std::to_string(kKeysShown)));
  for (const Row& one : rows) {
    std::map<std::string, std::string> shown;
    for (std::size_t i = 0; i < key.size(); ++i) {
      const std::string value = one.at(i).value_or("NULL");
      shown[key[i]] = is_surrogate_key(value) ? value : "***";
    }
    offenders.keys.push_back(std::move(shown));
  }
  return offenders;
}

Result<Offenders> count_offenders(Sql& sql, const Demand& demand, const TableFacts& facts) {
  return count_rows_where(sql, offending_condition(demand, facts), facts);
}

}  // namespace rehearsal
