// Refusals that no row of the statement's table explains: the server lacks the account in whose name an object runs, or
// a collation, or somebody holds a lock.
#pragma once

#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/step_trace.h"
#include "reports/error_text.h"
#include "reports/mask/pseudonyms.h"
#include "reports/record.h"

namespace rehearsal {

[[nodiscard]] bool is_about_server_state(int error_number);

struct RefusedStatement {
  const ErrorText& error;
  const std::string& sql;    // empty where it is not known
  const std::string& table;  // schema.table of a schema statement; empty for others
  const StepTrace& trace;    // what the step sent
};

// Of an error that is_about_server_state(): the finding names the objects, or stays as it was where none is found.
// Changes nothing in the server.
[[nodiscard]] Result<void> blame_server_state(Sql& sql, const RefusedStatement& refused, Finding& finding);

// For a finding that is to be shown, once its fix was tried: an account goes by its pseudonym.
void hide_account(Finding& finding, Pseudonyms& pseudonyms);

}  // namespace rehearsal
