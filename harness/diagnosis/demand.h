// What a schema statement asks of the rows and objects that are already there. The same demands explain a failed step
// and foresee one: each can be counted on real data without running the statement.
#pragma once

#include <string>
#include <vector>

#include "base/sql/ddl.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

struct Demand {
  enum class Kind {
    unique,          // no two rows have the same `columns` (under `collation`, where one is said)
    not_null,        // no row has NULL in `columns`
    fits,            // every value of `column.name` fits the type and length of `column`
    valid_dates,     // no date of the table is zero or has a zero part: strict mode refuses them when it copies rows
    refers,          // every value of `foreign_key.columns` is in the table it points to
    compatible,      // both sides of `foreign_key` have the same type, character set and collation
    absent_column,   // there is no column `name` yet
    absent_key,      // there is no key `name` yet
    absent_table,    // there is no table yet
    present_column,  // there is a column `name`
    present_key,     // there is a key `name`, and no foreign key needs it
    present_foreign_key,
    present_table,
    key_size,  // the key on `columns` is short enough for the table's row format
    row_size,  // a row is short enough
  };
  Kind kind = Kind::unique;
  std::string schema, table;
  std::vector<std::string> columns;
  std::string name;       // of the key, column or constraint
  std::string collation;  // unique: compared under this one
  ColumnSpec column;
  ForeignKeySpec foreign_key;
};

// The finding code that a row or object which does not meet the demand leads to.
[[nodiscard]] const char* code_of(Demand::Kind kind);
// True where rows can fail to meet it; false where objects can.
[[nodiscard]] bool is_about_rows(Demand::Kind kind);

// In the order in which the server checks. `facts` is the table before the statement; a table that the statement makes
// asks only for objects, and for rows that it refers to.
[[nodiscard]] std::vector<Demand> demands_of(const DdlStatement& statement, const TableFacts& facts);

}  // namespace rehearsal
