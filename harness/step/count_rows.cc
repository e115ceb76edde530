#include "harness/step/count_rows.h"

#include <cstdlib>

namespace rehearsal {

namespace {

constexpr unsigned kUnknownColumn = 1054, kUnknownTable = 1146;

}  // namespace

Result<std::optional<std::int64_t>> count_where_there(Sql& sql, const std::string& query, const std::string& what) {
  const auto count = sql.value(query);
  if (count) {
    return std::atoll(count->value_or("0").c_str());
  }
  if (sql.last_errno() == kUnknownColumn || sql.last_errno() == kUnknownTable) {
    return std::nullopt;
  }
  return fail(what + ": " + count.error().what, count.error().where, count.error().hint);
}

}  // namespace rehearsal
