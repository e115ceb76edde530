// The rows that stand against a demand: how many, which, how old, and how many of them the service holds for deleted.
// Counting them changes nothing and runs beside anything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/demand.h"
#include "harness/diagnosis/table_facts.h"

namespace rehearsal {

struct Offenders {
  std::int64_t count = 0;
  std::vector<std::map<std::string, std::string>> keys;  // of the first, masked
  std::optional<std::int64_t> soft_deleted;              // none: the table has no such mark
  std::string oldest, newest;                            // created_at, to the day; empty where the table has none
  std::string condition;                                 // true of them, in a query that calls the table `o`
};

// A column of the table that is asked, as its queries name it: o.`column`.
[[nodiscard]] std::string of_row(const std::string& column);

// The condition that offending rows meet; empty where no row can offend, or where the demand cannot be asked of rows.
[[nodiscard]] std::string offending_condition(const Demand& demand, const TableFacts& facts);

// A column that the demand names and the table lacks makes none.
[[nodiscard]] Result<Offenders> count_offenders(Sql& sql, const Demand& demand, const TableFacts& facts);
// The same for a condition of one's own.
[[nodiscard]] Result<Offenders> count_rows_where(Sql& sql, const std::string& condition, const TableFacts& facts);

}  // namespace rehearsal
