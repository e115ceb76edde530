// Rows that a service holds for deleted and keeps: by a column `deleted` that is a number other than 0 or a text other
// than an empty one, '0' and 'False' (oslo.db's SoftDeleteMixin, and older tables), or by a moment in `deleted_at`.
#pragma once

#include <optional>
#include <string>

namespace rehearsal {

struct DeleteMarks {
  std::optional<bool> deleted_is_text;  // none: the table has no column `deleted`
  bool has_deleted_at = false;
};

// The condition that a deleted row meets, of columns named behind `prefix` ("t.", or nothing); NULL of a row whose mark
// is NULL. Empty where the table has no mark.
[[nodiscard]] std::string deleted_sql(const DeleteMarks& marks, const std::string& prefix);
// The condition that all others meet; never NULL.
[[nodiscard]] std::string live_sql(const DeleteMarks& marks, const std::string& prefix);

}  // namespace rehearsal
