// Rules of the catalogue that find rows: those that an online migration leaves behind or chokes on, and those for whose
// sake a step's own code refuses to go on or an upgrade check fails. A rule is data with its upstream source;
// harness/audit asks the server.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace rehearsal {

class TomlReader;

struct RowRule {
  std::string migration;             // [[stuck]], [[suspect]]: the online migration, as its tool prints it
  std::string pattern;               // [[guard]]: regular expression that the step's output matches
  std::string check;                 // [[guard]]: the upgrade check that fails or warns because of the rows
  std::set<std::string> releases;    // whose code it is; empty: all
  std::vector<std::string> schemas;  // roles whose schemas hold the tables; empty: those that the step works on
  std::vector<std::string> tables;   // a table that a schema lacks is passed over; none: the words are all there is
  std::vector<std::string> columns;  // for the report
  std::string where;                 // SQL: the condition on a row, which goes by `t`; ${schema} is its schema, quoted
  std::vector<std::string> keys;     // columns that name a row; none: the primary key
  std::string words;                 // what is wrong with the rows, in plain words
  // SQL that mends them, where that is beyond doubt: ${table} and ${schema} are quoted names, ${value} what `value`
  // yields. Without such a value there is no fix.
  std::string fix;
  std::string value;       // SQL: one value
  std::string decision;    // what a person must decide where `fix` is not the whole answer
  std::string not_needed;  // [[stuck]]: why neither a step nor a service of these releases needs them to be at zero
  std::string source;
};

// The rules of the array `key` ("stuck", "suspect", "guard"). What is wrong with them is said through the reader.
[[nodiscard]] std::vector<RowRule> read_row_rules(TomlReader& table, const std::string& key);

// Says through the reader what keeps the entry's `pattern` from being a regular expression.
void check_pattern(TomlReader& entry, const std::string& pattern);

}  // namespace rehearsal
