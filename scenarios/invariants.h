// What no upgrade changes: numbers of a service's data, such as how many instances live, that the catalogue
// (catalogue/invariants.toml) asks before the path and after it. Pure.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace rehearsal {

// One way to ask it. A schema is asked by the first form whose table and columns it has.
struct InvariantForm {
  std::string table;
  std::string value = "COUNT(*)";    // SQL
  std::string where;                 // SQL; empty: all rows
  std::vector<std::string> columns;  // that value and where name
};

struct Invariant {
  std::string id;
  std::string service;
  std::vector<std::string> of;  // roles; each of their schemas is asked
  std::vector<InvariantForm> forms;
  std::string words;  // "live instances"
  std::string source;
};

// "table" -> its columns, of one schema.
using SchemaColumns = std::map<std::string, std::set<std::string>>;

// Null where the schema fits none.
[[nodiscard]] const InvariantForm* fitting_form(const Invariant& invariant, const SchemaColumns& columns);

[[nodiscard]] std::string invariant_query(const InvariantForm& form, const std::string& schema);

// Reads the file; no file: none. Errors name file, line and key.
[[nodiscard]] Result<std::vector<Invariant>> load_invariants(const std::filesystem::path& file);

}  // namespace rehearsal
