// Tables as the lanes left them, together on one server. Each lane ends on a clone of its own, and what databases say
// of each other can only be asked where they are side by side. Of each table only the columns go along that the
// questions read; the rows lie in the run's folder until they are asked.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

struct WantedTable {
  std::set<std::string> columns;  // that are read
  std::set<std::string> keys;     // of them, those that are compared with another table's
};
using WantedTables = std::map<std::pair<std::string, std::string>, WantedTable>;  // {schema, table}

// Adds what a query reads. Its tables are written as schema.table with an alias, its columns after the alias.
void add_tables_read(std::string_view query, WantedTables& wanted);

// The name of a schema's end state beside its start: what no schema of a service is called.
[[nodiscard]] std::string end_schema(const std::string& schema);
// The reverse; another name stays as it is.
[[nodiscard]] std::string without_end(const std::string& schema);

// Writes statements, one a line, that make these tables again in the end_schema() of theirs, with their rows and with
// an index on each key. A table or column that is not there is left out. Memory does not grow with the rows.
[[nodiscard]] Result<void> export_tables(Sql& sql, const WantedTables& wanted, const std::filesystem::path& file);
[[nodiscard]] Result<void> import_tables(Sql& sql, const std::filesystem::path& file);

}  // namespace rehearsal
