// An assertion: a query whose answer the upgrade must leave alone.
#pragma once

#include <optional>
#include <string>

namespace rehearsal {

class TomlReader;

struct Assertion {
  std::string name;                     // unique in the scenario
  std::string sql;                      // names its tables as schema.table
  std::optional<std::string> expected;  // what it must answer after the path; none: what it answered before
};

// An entry of [[assert]]; what is wrong with it is said to the reader.
[[nodiscard]] Assertion read_assertion(TomlReader& entry);

}  // namespace rehearsal
