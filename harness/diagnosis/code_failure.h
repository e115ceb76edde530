// A step that failed in its own code, with no word of the server: a value was not of the kind that the code expects.
// What it read last tells where to look.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/step_trace.h"
#include "reports/error_text.h"
#include "reports/record.h"

namespace rehearsal {

// Not for what the environment explains: a module, a file, an option.
[[nodiscard]] bool is_code_failure(const ErrorText& error, const Finding& finding);

// The finding names the table and columns that the step read last, what kinds of values they hold, and the rows that
// the code most likely met. Returns the query that finds those; empty where none stand out. Changes nothing in the
// server.
[[nodiscard]] Result<std::string> blame_last_read(Sql& sql, const std::vector<std::string>& schemas,
                                                  const ErrorText& error, const StepTrace& trace, Finding& finding);

// The revision that a migration tool says it does not know; empty where it says no such thing.
[[nodiscard]] std::string unknown_revision(const ErrorText& error);

// The finding keeps the revision and names the table that holds it.
[[nodiscard]] Result<void> blame_unknown_revision(Sql& sql, const std::vector<std::string>& schemas,
                                                  const std::string& revision, Finding& finding);

}  // namespace rehearsal
