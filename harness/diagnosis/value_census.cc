#include "harness/diagnosis/value_census.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

constexpr unsigned kTookTooLong = 1969;

bool says_json(const std::string& shape) {
  return shape == "list" || shape.starts_with("object");
}

// The shape as SQL. Where JSON is not looked into, all text is "text".
std::string shape_sql(const CensusRequest& request, const ColumnFacts& column, bool json) {
  const std::string value = "o." + sql_name(column.name);
  if (column.is_date()) {
    return fmt::format(
        "CASE WHEN {0} IS NULL THEN 'NULL' WHEN CAST({0} AS CHAR) LIKE '%-00%' THEN 'zero date' ELSE "
        "'value' END",
        value);
  }
  if (!column.is_text()) {
    return fmt::format("IF({} IS NULL, 'NULL', 'value')", value);
  }
  if (!json) {
    return fmt::format("CASE WHEN {0} IS NULL THEN 'NULL' WHEN {0} = '' THEN 'empty' ELSE 'text' END", value);
  }
  const std::string object = request.json_key.empty() ? "'object'"
                                                      : fmt::format("IF(JSON_EXISTS({}, {}), 'object', {})", value,
                                                                    sql_string("$.\"" + request.json_key + "\""),
                                                                    sql_string("object without " + request.json_key));
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN 'NULL' WHEN {0} = '' THEN 'empty' WHEN NOT JSON_VALID({0}) THEN 'not JSON' ELSE CASE "
      "JSON_TYPE({0}) WHEN 'OBJECT' THEN {1} WHEN 'ARRAY' THEN 'list' WHEN 'STRING' THEN 'string' WHEN 'BOOLEAN' THEN "
      "'boolean' WHEN 'NULL' THEN 'null' ELSE 'number' END END",
      value, object);
}

// No shapes: it took too long.
Result<std::vector<ShapeCount>> count_shapes(Sql& sql, const CensusRequest& request, const std::string& shape) {
  std::vector<ShapeCount> shapes;
  const Result<std::vector<Row>> rows = sql.query(
      fmt::format("SET STATEMENT max_statement_time = 60 FOR SELECT {} s, COUNT(*) n FROM {} o{} GROUP BY s ORDER BY n "
                  "DESC, s",
                  shape, request.facts.quoted(), request.condition.empty() ? "" : " WHERE " + request.condition));
  if (!rows) {
    return sql.last_errno() == kTookTooLong ? Result<std::vector<ShapeCount>>(shapes) : fail(rows.error());
  }
  for (const Row& row : *rows) {
    shapes.push_back({row.at(0).value_or(""), std::atoll(row.at(1).value_or("0").c_str())});
  }
  return shapes;
}

}  // namespace

Result<std::vector<ColumnCensus>> take_census(Sql& sql, const CensusRequest& request) {
  std::vector<ColumnCensus> census;
  for (const std::string& name : request.columns) {
    const ColumnFacts* column = request.facts.column(name);
    if (column == nullptr) {
      continue;
    }
    ColumnCensus one;
    one.column = column->name;
    REHEARSAL_TRY_SET(one.shapes, count_shapes(sql, request, shape_sql(request, *column, true)));
    one.json = std::any_of(one.shapes.begin(), one.shapes.end(), [](const auto& s) { return says_json(s.shape); });
    if (column->is_text() && !one.json) {
      REHEARSAL_TRY_SET(one.shapes, count_shapes(sql, request, shape_sql(request, *column, false)));
    }
    if (!one.shapes.empty()) {
      census.push_back(std::move(one));
    }
  }
  return census;
}

std::string has_shape(const CensusRequest& request, const ColumnCensus& column, const std::string& shape) {
  return fmt::format("{}{} = {}", request.condition.empty() ? "" : request.condition + " AND ",
                     shape_sql(request, *request.facts.column(column.column), column.json), sql_string(shape));
}

std::string to_text(const std::vector<ColumnCensus>& census) {
  std::vector<std::string> columns;
  for (const ColumnCensus& column : census) {
    std::vector<std::string> shapes;
    for (const ShapeCount& shape : column.shapes) {
      shapes.push_back(fmt::format("{} {}", shape.shape, shape.rows));
    }
    columns.push_back(column.column + ": " + join(shapes, ", "));
  }
  return join(columns, "; ");
}

}  // namespace rehearsal
