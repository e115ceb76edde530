// What kinds of values a column holds: NULL, empty, text, and of JSON its types. Values themselves are not told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

struct ShapeCount {
  std::string shape;  // "NULL", "empty", "text", "value", "zero date"; of JSON "object", "list", "string", "number",
                      // "boolean", "null", "not JSON", "object without KEY"
  std::int64_t rows = 0;
};

struct ColumnCensus {
  std::string column;
  bool json = false;               // it holds JSON objects or lists
  std::vector<ShapeCount> shapes;  // most rows first
};

struct CensusRequest {
  const TableFacts& facts;
  std::vector<std::string> columns;
  std::string condition = {};  // on the rows, which go by `o`; empty: all
  std::string json_key;        // objects without it are told apart from those with it; may be empty
};

// Reads the table once a column, each at most a minute long; a column that takes longer is left out.
[[nodiscard]] Result<std::vector<ColumnCensus>> take_census(Sql& sql, const CensusRequest& request);

// True of the rows, by `o`, whose value has the shape.
[[nodiscard]] std::string has_shape(const CensusRequest& request, const ColumnCensus& column, const std::string& shape);

// "profile: object 38, null 1, list 1; id: value 40"
[[nodiscard]] std::string to_text(const std::vector<ColumnCensus>& census);

}  // namespace rehearsal
