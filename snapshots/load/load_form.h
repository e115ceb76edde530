// Rows of an INSERT in the form that LOAD DATA reads.
//
// What mysqldump writes, "(1,'it\'s',NULL),", is a line of LOAD DATA as it stands: fields ended by commas, enclosed by
// quotes where they are text, lines that start by "(" and end by "),". The server loads it two to three times faster
// than the same INSERT. Whatever the two would read differently is left to INSERT: other literals and white space,
// escapes that mean NULL or nothing, text that is not well-formed UTF-8, columns of unusual types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql/quoting.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// "INSERT INTO name [(columns)] VALUES", and no other form of it.
struct InsertHead {
  std::vector<std::string> columns;  // as named; empty where it names none
};
[[nodiscard]] std::optional<InsertHead> read_insert_head(std::string_view head, unsigned server_version,
                                                         Quoting quoting = {});

class LoadForm {
 public:
  // nullopt where a column of the table, or one that the head names, cannot be loaded so.
  [[nodiscard]] static std::optional<LoadForm> of(const DumpTable& table, const InsertHead& head);

  // What else was seen in tuples that are taken.
  struct Taken {
    bool odd = false;  // a date without a year, month or day, or an empty choice: the server takes them, if not strict
  };
  // Whether the server would read these tuples, "(…),(…)" without a comma at the end, as INSERT reads them; nullopt
  // where not. `utf8mb3`: the connection's character set has no letters of four bytes.
  [[nodiscard]] std::optional<Taken> takes(std::string_view tuples, bool utf8mb3) const;

  // The statement that reads `path`. Each tuple there is followed by a comma.
  [[nodiscard]] std::string statement(const std::string& path, const std::string& character_set) const;

 private:
  LoadForm(std::string table, std::string columns, std::vector<ColumnKind> kinds)
      : table_(std::move(table)), columns_(std::move(columns)), kinds_(std::move(kinds)) {}
  std::string table_;
  std::string columns_;
  std::vector<ColumnKind> kinds_;
};

}  // namespace rehearsal
