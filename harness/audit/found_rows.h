// Asking the server which rows a rule of the catalogue means. Counts and keys only; keys that are not surrogates are
// masked. Costs one pass over each table of the rule, so rules are asked only where something is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "base/table_name.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

// As many keys as a finding tells.
inline constexpr std::size_t kKeysTold = 20;

struct FoundRows {
  std::string table;  // schema.table
  std::int64_t count = 0;
  std::optional<std::int64_t> soft_deleted;  // none: the table does not mark rows as deleted
  std::vector<std::map<std::string, std::string>> rows;
  // The schema and table of the rule's templates, quoted.
  std::string quoted_schema, quoted_table;
};

// The rule's rows in each of its tables that has some, most rows first. A table or column that a schema does not have
// is passed over: rules outlive schemas.
[[nodiscard]] Result<std::vector<FoundRows>> find_rows(Sql& sql, const RowRule& rule,
                                                       const std::vector<std::string>& schemas);

// The schemas that a rule's tables lie in: those of its roles, or those that the step works on. `lane`: the lane's role
// or part -> schema.
[[nodiscard]] std::vector<std::string> schemas_of_rule(const RowRule& rule, const Service& service,
                                                       const std::map<std::string, std::string>& lane,
                                                       const PlanStep& step);

// The fix of the rule for these rows: its SQL, a statement a line, and what is to be decided. None where the rule has
// neither, or its value cannot be told.
[[nodiscard]] Result<std::optional<Fix>> fix_of(Sql& sql, const RowRule& rule, const std::vector<FoundRows>& found);

// "s.t: 3 rows; s.u: 1 row"
[[nodiscard]] std::string list_of(const std::vector<FoundRows>& found);

// Puts the rows into a finding: table, columns, count and keys.
void set_rows(Finding& finding, const RowRule& rule, const std::vector<FoundRows>& found);

// "***" for what is not a surrogate key; NULL as such.
[[nodiscard]] std::string told_key(const std::optional<std::string>& value);

}  // namespace rehearsal
