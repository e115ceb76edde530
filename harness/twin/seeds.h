// Seeds: rows that a step puts into an empty database, such as templates and defaults. A migration that looks at the
// data before it inserts may leave them out in production.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/sql/sql.h"
#include "reports/record.h"

namespace rehearsal {

// What it is known again by: neither the numbers and ids that each database gives anew, nor times, nor what another
// table's key says.
struct SeedRow {
  std::string table;  // schema.table
  std::map<std::string, std::optional<std::string>> values;
  friend bool operator==(const SeedRow&, const SeedRow&) = default;
};

// Looks on while steps run on an almost empty database. Tables of more than some hundred rows, and those without a
// primary key, are passed over.
class SeedWatch {
 public:
  SeedWatch(std::vector<std::string> schemas, std::set<std::string> left_out)
      : schemas_(std::move(schemas)), left_out_(std::move(left_out)) {}

  // The rows that are there now in one of the schemas are not seeds, whatever was learned of it before. Until then no
  // row of that schema is one.
  Result<void> start(Sql& sql, const std::string& schema);
  // What has come since, in schemas that have started, belongs to step number `step`.
  Result<void> after_step(Sql& sql, std::size_t step);
  // Of those that the step brought, what was still there after the last one, as it was then.
  [[nodiscard]] std::vector<SeedRow> of_step(std::size_t step) const;

 private:
  using Rows = std::map<std::pair<std::string, std::string>, SeedRow>;  // {table, primary key}
  Result<Rows> read(Sql& sql, const std::vector<std::string>& schemas) const;

  std::vector<std::string> schemas_;
  std::set<std::string> started_;
  std::set<std::string> left_out_;  // names of tables
  Rows now_;
  std::map<std::pair<std::string, std::string>, std::size_t> step_of_;
};

// One finding for each table that lacks seeds of a step. A table or column that is not there is told elsewhere.
[[nodiscard]] Result<std::vector<Finding>> find_missing_seeds(Sql& sql, const StepRecord& step,
                                                              const std::vector<SeedRow>& seeds);

}  // namespace rehearsal
