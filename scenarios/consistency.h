// Rows of one database that speak of rows of another, which no foreign key guards: what the catalogue
// (catalogue/consistency.toml) asks, and the queries that this makes on one snapshot. Pure.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/severity.h"

namespace rehearsal {

// A condition that is written once and asked of every schema of some roles: an instance may be in any cell.
struct PerSchema {
  std::string name;                // ${name} in the check's `where`
  std::vector<std::string> roles;  // "service.role"
  std::string sql;                 // ${schema} is each schema, quoted
  std::string join = "AND";        // or "OR": between the schemas
};

struct ConsistencyCheck {
  std::string id;
  std::string service;          // whose rows they are
  std::vector<std::string> of;  // "service.role": whose schemas hold the table; each is asked
  std::string table;            // its row goes by `t`
  std::string join;             // SQL after the table, such as a JOIN; may be empty
  std::string where;            // SQL; ${schema} is the table's schema, ${service.role} that of a role, all quoted
  std::vector<PerSchema> per;
  std::vector<std::string> keys;       // columns of t that name a row
  std::string age;                     // SQL: when the row was changed last, UTC; empty: not known
  Severity severity = Severity::info;  // or warning
  std::string since;                   // the first release whose schema has the columns; empty: all have
  bool end_only = false;               // what a migration of the path fills: asked only after it
  std::string words;                   // "instance mappings whose instance is in no cell"
  std::string meaning;                 // what follows from it, and what to do
  std::string source;
};

struct ConsistencyQuery {
  std::string schema, table;
  std::string sql;  // the keys in the check's order, then the age (NULL where it is not known)
};

// "service.role" -> the schemas that the snapshot has of it. A role of which a schema is missing is not in it.
using RoleSchemas = std::map<std::string, std::vector<std::string>>;

// The roles that a check needs.
[[nodiscard]] std::vector<std::string> roles_of(const ConsistencyCheck& check);

// One query for each schema that holds the table; none where a role is missing.
[[nodiscard]] std::vector<ConsistencyQuery> queries_of(const ConsistencyCheck& check, const RoleSchemas& schemas);

// Reads the file; no file: no checks. Errors name file, line and key.
[[nodiscard]] Result<std::vector<ConsistencyCheck>> load_consistency(const std::filesystem::path& file);

}  // namespace rehearsal
