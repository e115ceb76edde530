#include "base/sql/soft_delete.h"

namespace rehearsal {

std::string deleted_sql(const DeleteMarks& marks, const std::string& prefix) {
  if (marks.deleted_is_text) {
    return prefix + (*marks.deleted_is_text ? "`deleted` NOT IN ('', '0', 'False', 'false')" : "`deleted` <> 0");
  }
  return marks.has_deleted_at ? prefix + "`deleted_at` IS NOT NULL" : "";
}

std::string live_sql(const DeleteMarks& marks, const std::string& prefix) {
  const std::string deleted = deleted_sql(marks, prefix);
  return deleted.empty() ? "1" : "NOT IFNULL(" + deleted + ", 0)";
}

}  // namespace rehearsal
