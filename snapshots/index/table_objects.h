// A CREATE TABLE as the objects that it makes, each told apart by what it is and not by how it is written: no display
// widths, character sets, defaults, comments, nor the names of keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql/quoting.h"

namespace rehearsal {

struct TableObject {
  std::string kind;        // "column", "primary", "unique", "key", "foreign"
  std::string name;        // of a column; a key's columns "a,b"; of a foreign key "a,b>parent(x,y)"
  std::string value = {};  // of a column: "varchar(255) null", "int", "int generated"; of others empty
  std::string text = {};   // as the statement has it: "`a` int(11) NOT NULL DEFAULT 0"
};

// In their order. Checks, full-text and spatial keys and keys over expressions are left out. A key that comes with its
// column ("`a` int PRIMARY KEY") has no text.
[[nodiscard]] std::vector<TableObject> table_objects(std::string_view create_table, unsigned server_version,
                                                     Quoting quoting = {});

}  // namespace rehearsal
