// Rows of the state before a step whose values are gone: are they in other rows that the step wrote? Asked in batches
// by key, and of so many rows of a table at most; the rest counts as lost.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diff/diff_plan.h"
#include "harness/diff/kept_values.h"

namespace rehearsal {

inline constexpr std::size_t kLossesAsked = 20000;

class LossCheck {
 public:
  // `layout`: the table before the step; `before`: a connection to that state. All outlive the object.
  LossCheck(Sql& before, const TableLayout& layout, KeptValues kept)
      : before_(before), layout_(layout), kept_(std::move(kept)) {}

  [[nodiscard]] bool any_place() const { return kept_.any_place(); }

  // `rows`: as a scan of the state before the step told them; `columns`: of each row the names before of what is gone,
  // none for the whole row. One answer for each: true where all of it is kept elsewhere.
  [[nodiscard]] Result<std::vector<bool>> kept(const DiffPlan& plan, const std::vector<Row>& rows,
                                               const std::vector<std::vector<std::string>>& columns);

  // Of the live rows with a value in one of these columns: in how many all of them are kept. `key`: the columns that
  // tell rows apart. All columns: the whole table is gone.
  [[nodiscard]] Result<std::int64_t> kept_of_all(const std::vector<std::string>& key,
                                                 const std::vector<std::string>& columns, bool whole, Sql& stream);

 private:
  [[nodiscard]] std::vector<std::string> own_columns() const;  // those whose values do not follow from others

  Sql& before_;
  const TableLayout& layout_;
  KeptValues kept_;
  std::size_t asked_ = 0;
};

}  // namespace rehearsal
