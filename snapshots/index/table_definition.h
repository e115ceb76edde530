// What a CREATE TABLE says about its columns, keys and engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql/quoting.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

struct TableDefinition {
  std::vector<std::string> columns;                   // in order
  std::string like;                                   // CREATE TABLE … LIKE: the other table's name, as written
  std::vector<ColumnKind> kinds;                      // of the columns
  std::vector<std::vector<std::string>> unique_keys;  // PRIMARY first; keys over expressions are left out
  std::vector<std::vector<std::string>> plain_keys;   // that are not unique, as columns
  bool has_primary = false;
  std::string engine;              // empty where not said
  std::string row_format;          // in capitals; empty where not said
  bool zero_date_default = false;  // a column defaults to '0000-00-00…'
};

[[nodiscard]] TableDefinition read_table_definition(std::string_view create_table, unsigned server_version,
                                                    Quoting quoting = {});

}  // namespace rehearsal
