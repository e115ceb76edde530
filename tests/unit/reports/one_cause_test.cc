#include "reports/one_cause.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/json.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

Finding finding(const std::string& code, const std::string& table, const std::string& title,
                const std::string& cause = {}) {
  Finding made;
  made.code = code;
  made.severity = Severity::info;
  made.service = "svc";
  made.release = "1";
  made.table = table;
  made.title = title;
  made.cause = cause;
  return made;
}

std::vector<Finding> missing(std::size_t tables) {
  std::vector<Finding> made;
  for (std::size_t i = 0; i < tables; ++i) {
    const std::string table = "s.t" + std::to_string(i);
    made.push_back(finding("schema-drift", table, table + " is missing", "tables of s are missing"));
  }
  return made;
}

TEST(OneCause, FortyNineMissingTablesAreOneFinding) {
  std::vector<Finding> findings = missing(49);
  findings.insert(findings.begin() + 1, finding("skew", "", "the files were dumped 2 h apart"));
  findings[20].severity = Severity::warning;
  findings[20].step = "svc:2:sync";
  const std::vector<Finding> told = one_per_cause(findings);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].title, "49 tables of s are missing");
  EXPECT_EQ(told[0].table, "s");
  EXPECT_EQ(told[0].severity, Severity::warning) << "the worst of them";
  EXPECT_EQ(told[0].step, "svc:2:sync");
  ASSERT_EQ(told[0].rows.size(), 49U);
  EXPECT_EQ(told[0].rows[48].at("table"), "s.t48");
  EXPECT_NE(told[0].detail.find("s.t48"), std::string::npos) << told[0].detail;
  EXPECT_EQ(told[1].code, "skew");
}

TEST(OneCause, AWaiverOfOneTakesNoneOfTheOthersDown) {
  std::vector<Finding> findings = missing(4);
  for (Finding& finding : findings) {
    finding.severity = Severity::warning;
  }
  findings[0].severity = Severity::info;
  findings[0].waived = Waived{Severity::warning, "kept on purpose", "OPS-17", "2027-01-31"};
  const std::vector<Finding> told = one_per_cause(findings);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].waived);
  EXPECT_EQ(told[1].title, "3 tables of s are missing");
  EXPECT_EQ(told[1].severity, Severity::warning);
}

TEST(OneCause, TwoAreToldOneByOneAndSoIsWhatWasTried) {
  EXPECT_EQ(one_per_cause(missing(2)).size(), 2U);
  std::vector<Finding> tried = missing(3);
  tried[1].fix = Fix{"ALTER TABLE s.t1 …", {}, true, true, 1, {}};
  EXPECT_EQ(one_per_cause(tried).size(), 3U);
}

TEST(OneCause, RowsAreAddedUpAndEachObjectSaysItsOwn) {
  std::vector<Finding> findings;
  for (int i = 1; i <= 3; ++i) {
    const std::string table = "s.child" + std::to_string(i);
    findings.push_back(finding("orphan-rows", table, "rows refer to a row of s.parent that does not exist",
                               "foreign keys to s.parent have rows whose parent does not exist"));
    findings.back().columns = {"parent_id"};
    findings.back().row_count = i;
  }
  const std::vector<Finding> told = one_per_cause(findings);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].title, "3 foreign keys to s.parent have rows whose parent does not exist");
  EXPECT_EQ(told[0].row_count, 6);
  EXPECT_EQ(told[0].columns, std::vector<std::string>{"parent_id"});
  EXPECT_NE(told[0].detail.find("s.child3 (parent_id): 3 rows"), std::string::npos) << told[0].detail;
}

TEST(OneCause, WhatDiffersInTheTableAloneIsOne) {
  std::vector<Finding> findings;
  for (const char* table : {"s.a", "s.b", "u.a"}) {
    findings.push_back(finding("row-format", table, std::string("the table ") + table + " has ROW_FORMAT=COMPACT"));
  }
  const std::vector<Finding> told = one_per_cause(findings);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].title, "the table s.a has ROW_FORMAT=COMPACT, and 2 more alike");
  EXPECT_EQ(told[0].table, "s.a") << "they share no schema";
}

TEST(OneCause, RowsThatWentFromSeveralTablesAreNotOneThing) {
  std::vector<Finding> findings;
  for (const char* table : {"s.a", "s.b", "s.c"}) {
    findings.push_back(finding("rows-deleted", table, std::string("1 row of ") + table + " disappeared"));
    findings.back().row_count = 1;
    findings.back().severity = Severity::blocker;
  }
  EXPECT_EQ(one_per_cause(findings).size(), 3U);
}

TEST(OneCause, ACheckThatSaysTheSameAtEachStepIsToldOnceAndTellsOfAll) {
  RunRecord record;
  record.verified = true;
  for (const char* id : {"svc:2:check", "svc:2:status", "svc:3:check"}) {
    Finding said = finding("check-failed", "", "upgrade check 'Older than N-1 computes' says Failure");
    said.severity = Severity::blocker;
    said.step = id;
    record.findings.push_back(said);
    StepRecord step;
    step.id = id;
    step.service = "svc";
    step.status = StepStatus::failed;
    record.steps.push_back(step);
  }
  record.findings.push_back(record.findings.back());
  record.findings.back().detail = "another computer";
  record.findings = one_per_cause(record.findings);
  ASSERT_EQ(record.findings.size(), 2U);
  EXPECT_EQ(record.findings[0].step, "svc:2:check");
  EXPECT_EQ(record.findings[0].also, (std::vector<std::string>{"svc:2:status", "svc:3:check"}));
  EXPECT_EQ(record.findings[0].detail, "Found again at svc:2:status, svc:3:check.");
  EXPECT_TRUE(tells_of(record.findings[0], "svc:2:status"));
  EXPECT_EQ(finding_from(finding_json(record.findings[0])).also, record.findings[0].also);
  record.findings.pop_back();
  judge(record);
  EXPECT_EQ(record.reasons.size(), 1U) << "no step failed without a finding";
}

}  // namespace
}  // namespace rehearsal
