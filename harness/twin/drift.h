// Drift: how production's schema differs from what the same release makes on an empty database. Pure: two schemas in, a
// list out. Display widths, comments, AUTO_INCREMENT, the order of columns and keys and the spelling of checks are no
// differences; names that the server chose are told apart from lost and extra objects.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/diff/schema.h"

namespace rehearsal {

struct Drift {
  enum class Kind {
    lost_table,
    extra_table,
    lost_column,
    extra_column,
    column,            // another type, nullability or default
    column_collation,  // the column's own character set or collation
    lost_key,
    extra_key,
    key,       // other columns, or unique where it should not be
    key_name,  // the same key under another name
    lost_foreign_key,
    extra_foreign_key,
    foreign_key,
    foreign_key_name,
    lost_check,
    extra_check,
    lost_trigger,
    extra_trigger,
    trigger,
    collation,  // the table's default character set or collation
    row_format,
    engine,
    view,  // a view where there should be a table, or the other way round
  };
  Kind kind = Kind::lost_key;
  std::string table;            // schema.table
  std::string name;             // of the column, key or constraint in the reference; of an extra one in production
  std::string other_name = {};  // key_name, foreign_key_name: production's
  std::vector<std::string> columns = {};  // that it is about
  std::string reference, production;      // as the server writes them; empty where there is none
  // Says nothing as long as no step names it: names that the server chose.
  bool silent = false;
  friend bool operator==(const Drift&, const Drift&) = default;
};

// `ignored`: names of tables that are not compared (revision tables, left-overs that the catalogue knows).
[[nodiscard]] std::vector<Drift> drift(const Schema& reference, const Schema& production,
                                       const std::set<std::string>& ignored = {});

// "lacks the index `a` (`x`,`y`)": to be read behind the table's name.
[[nodiscard]] std::string to_text(const Drift& drift);

// "indexes of s are missing": to be read behind a number, of drifts that are alike in many tables; drifts of which that
// can be said have the same text.
[[nodiscard]] std::string to_cause(const Drift& drift);

// What makes the table as the reference has it; empty where a person must decide.
[[nodiscard]] std::string sql_to_mend(const Drift& drift);

// The names in a list of quoted columns: "`a`,`b`(255)" -> a, b.
[[nodiscard]] std::vector<std::string> names_in(const std::string& quoted);

}  // namespace rehearsal
