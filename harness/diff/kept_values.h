// Whether a value that is gone from its place is in another row that the step wrote: moved, not lost. Rows belong
// together by their key; a value is found where its name is the same, or in a table or column that the hop brought.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diff/table_layout.h"

namespace rehearsal {

// Where the step wrote.
struct WrittenPlaces {
  std::set<std::string> tables;      // "schema.table": rows of it were written, or the step made it with rows
  std::set<std::string> new_to_hop;  // "schema.table" and "schema.table.column"
};

struct LostRow {
  std::map<std::string, std::string> key;     // column -> value as text; empty: the row cannot be found again
  std::map<std::string, std::string> values;  // what is looked for, without NULLs
  bool whole = false;                         // all of the row, in columns of the same names
};

// SQL: a column's value as text, in the same form whatever its type and character set.
[[nodiscard]] std::string as_plain_text(const std::string& column);

class KeptValues {
 public:
  // `table`: where the rows were, by its name now; it may be gone. The connection outlives the object.
  [[nodiscard]] static Result<KeptValues> prepare(Sql& sql, const std::string& table, const WrittenPlaces& places);

  // False: whatever is gone is lost, and nobody need be asked.
  [[nodiscard]] bool any_place() const { return !places_.empty(); }
  // One answer for each row: all its values are in one other row, or one place each.
  [[nodiscard]] Result<std::vector<bool>> kept(const std::vector<LostRow>& rows);

 private:
  struct Place {
    TableLayout layout;
    bool any_name = false;       // the hop made the table: a value may have any name in it
    std::set<std::string> only;  // not empty: these columns alone count
  };

  KeptValues(Sql& sql) : sql_(&sql) {}
  // What of one row is not found yet.
  struct Search {
    std::set<std::string> missing;
    bool found = false;
  };
  Result<void> look(const Place& place, const std::vector<LostRow>& rows, std::vector<Search>& searches);

  Sql* sql_;
  std::vector<Place> places_;
};

}  // namespace rehearsal
