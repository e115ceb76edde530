// Refusals that no row of the statement's table explains: the server lacks the account in whose name an object runs, or
// a collation, or somebody holds a lock.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diagnosis/step_trace.h"
#include "reports/error_text.h"
#include "reports/record.h"
#include "snapshots/sql.h"

namespace rehearsal {

// `schemas`: of the step; `statement`: that was refused, empty where it is not known; `trace`: what the step sent. True
// where the error is one of
// these and the finding now names the objects; false leaves the finding as it was. Changes nothing in the server.
[[nodiscard]] Result<bool> blame_server_state(Sql& sql, const std::vector<std::string>& schemas, const ErrorText& error,
                                              const std::string& statement, const StepTrace& trace, Finding& finding);

struct Deadlock {
  std::vector<std::string> tables;  // schema.table, in order of appearance
  std::vector<std::string> keys;    // of those tables, as "schema.table: key"
};
// Of the text of SHOW ENGINE INNODB STATUS; nothing where it tells of no deadlock. Pure.
[[nodiscard]] Deadlock latest_deadlock(const std::string& status);

}  // namespace rehearsal
