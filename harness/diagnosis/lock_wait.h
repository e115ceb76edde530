// Who held the lock that a statement waited for too long, or met in a deadlock.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/server_state.h"
#include "reports/record.h"

namespace rehearsal {

[[nodiscard]] Result<void> blame_lock_holder(Sql& sql, const RefusedStatement& refused, Finding& finding);
[[nodiscard]] Result<void> blame_deadlock(Sql& sql, const RefusedStatement& refused, Finding& finding);

struct Deadlock {
  std::vector<std::string> tables;  // schema.table, in order of appearance
  std::vector<std::string> keys;    // of those tables, as "schema.table: key"
};
// Of the text of SHOW ENGINE INNODB STATUS; nothing where it tells of no deadlock. Pure.
[[nodiscard]] Deadlock latest_deadlock(const std::string& status);

}  // namespace rehearsal
