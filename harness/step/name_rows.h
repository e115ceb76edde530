// Naming the rows behind what a step said: those that an online migration left, the one that it chokes on, those that a
// guard refused or an upgrade check found. Asks the server only where the judgement holds such a finding.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/step/step_judge.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"

namespace rehearsal {

// `lane`: the lane's role or part -> schema; `output`: what the step printed; `sql` sees the data as the step left it.
// Adds table, columns, count, keys, detail and fix to the judgement's findings.
[[nodiscard]] Result<void> name_rows(Sql& sql, const Service& service, const std::map<std::string, std::string>& lane,
                                     const PlanStep& step, const std::string& output, StepJudgement& judgement);

// The check that a finding about one names: "upgrade check 'NAME' says Failure". Empty: none.
[[nodiscard]] std::string check_named_in(const std::string& title);

}  // namespace rehearsal
