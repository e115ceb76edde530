// A statement that a real server has just refused, as a step's failure, and what its diagnosis makes of it.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "harness/diagnosis/diagnose.h"
#include "harness/lane/retry.h"

namespace rehearsal {

// `refused` has sent `statement` last, in schema c; `looker` asks the server. `table`: as the finding names it before.
inline Finding diagnosed_refusal(Sql& refused, Sql& looker, const std::string& statement, const StepTrace& trace = {},
                                 const std::string& table = {}, const Schema* before = nullptr) {
  ErrorText error;
  error.number = static_cast<int>(refused.last_errno());
  error.message = refused.last_message();
  error.statement = statement;
  PlanStep step;
  step.schemas = {"c"};
  const ReferenceTable unknown = [](const std::string&, const std::string&) { return std::vector<std::string>(); };
  const std::string shell = "rehearse shell R --at S";
  Finding finding;
  finding.code = finding_code(error.number, error.message + " " + statement);
  finding.table = table;
  const auto told = diagnose(looker, {step, error, trace, unknown, before, shell}, finding);
  EXPECT_TRUE(told) << to_text(told.error());
  EXPECT_NE(finding.title, "") << error.message;
  return finding;
}

// `operator_sql` has no current schema, as a client that an operator has just opened.
inline void expect_passes_with_fix(const Finding& finding, const std::string& statement, Sql& operator_sql) {
  ASSERT_TRUE(finding.fix && !finding.fix->sql.empty()) << finding.title;
  const auto effect = apply_fix(operator_sql, finding.fix->sql);
  ASSERT_TRUE(effect && effect->refused.empty()) << finding.fix->sql << "\n" << (effect ? effect->refused : "");
  // The step runs again on a connection of its own: one keeps the defaults that the schema had when it was chosen.
  ASSERT_TRUE(operator_sql.execute("USE c"));
  const auto passed = operator_sql.execute(statement);
  EXPECT_TRUE(passed) << finding.fix->sql << "\n" << to_text(passed.error());
}

}  // namespace rehearsal
