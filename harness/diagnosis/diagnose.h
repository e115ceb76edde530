// Why a step was refused: from the error number, the statement and the schema to the rows or objects that stand in its
// way, in plain words, with what would let it pass.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/diagnosis/fix.h"
#include "harness/diagnosis/step_trace.h"
#include "reports/error_text.h"
#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct FailedStep {
  const PlanStep& step;
  const ErrorText& error;  // raw
  const StepTrace& trace;
  const ReferenceTable& reference;
  const Schema* before = nullptr;  // the schema before the step; none: all that is there was there
  std::string shell;               // the command that opens SQL on the state before the step; may be empty
};

// `sql` is the server as the step left it. Adds table, columns, rows, words and fix to the blocker; what cannot be told
// stays as it was. Changes nothing in the server. The error of a query of ours says what was asked (`what`) and the
// server's words (`where`); what the finding held before it stays.
[[nodiscard]] Result<void> diagnose(Sql& sql, const FailedStep& failed, Finding& finding);

}  // namespace rehearsal
