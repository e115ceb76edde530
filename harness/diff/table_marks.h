// Marks of a table that DDL cannot pass without changing, whoever runs it and whether or not it is logged: InnoDB's id
// of the table (another one where the table was written anew: TRUNCATE, most MODIFY, FORCE, DROP and CREATE) and the
// file of its definition (another one after every ALTER, also where nothing is left to see). Of other engines, whose
// rows the server does not count in every case, the files of the data are a mark too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

struct TableMark {
  std::string id;          // empty: not InnoDB
  std::string definition;  // inode and time of the last change; empty where the file cannot be seen
  std::string data;        // not InnoDB: size and time of the files that hold its rows
  bool operator==(const TableMark&) const = default;
};

using TableMarks = std::map<std::string, TableMark>;  // "schema.table"

// One query a database and one look at each file. `data`: the server's data directory. Partitions count as their table.
[[nodiscard]] Result<TableMarks> read_marks(Sql& sql, const std::filesystem::path& data,
                                            const std::vector<std::string>& databases);

// "a-b" -> "a@002db": the server's name for the files of a table. Letters outside of ASCII are left as they are.
[[nodiscard]] std::string file_name_of_table(const std::string& table);

}  // namespace rehearsal
