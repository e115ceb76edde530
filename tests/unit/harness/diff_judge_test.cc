// What is said of a change of rows: expected, explained by the hop itself, or a finding.
#include <gtest/gtest.h>

#include "harness/diff/judge_changes.h"

namespace rehearsal {
namespace {

class JudgeChanges : public ::testing::Test {
 protected:
  JudgeChanges() {
    step_.id = "svc:2025.1:sync";
    step_.service = "svc";
    step_.release = "2025.1";
    service_.revision_tables = {"alembic_version"};
  }

  // Rows of s.t that a step updated in these columns.
  TableDiff& updated(const std::vector<std::string>& columns, std::int64_t rows) {
    TableChange change{"s.t", 10, 10, 0, rows, 0, {}};
    for (const std::string& column : columns) {
      change.columns.push_back({column, "other", rows});
    }
    effects_.tables = {change};
    TableDiff& diff = effects_.diffs["s.t"];
    diff.updated = rows;
    diff.changes = {{columns, rows, {{{"id", "7"}}}}};
    return diff;
  }

  void expect(RowChange change, const std::vector<std::string>& columns, const std::string& release) {
    service_.expected_changes.push_back({release, "db", "t", change, columns, {}, {}, "random", {}, "why", "source"});
  }

  std::vector<Finding> judged() {
    return judge_changes(StepEvidence{step_, service_, schemas_, outcome_, effects_, before_, revisions_, {}});
  }
  std::vector<std::string> codes() {
    std::vector<std::string> found;
    for (const Finding& finding : judged()) {
      EXPECT_EQ(finding.severity, Severity::warning);
      found.push_back(finding.code);
    }
    return found;
  }
  using Codes = std::vector<std::string>;

  PlanStep step_;
  Service service_;
  std::map<std::string, std::string> schemas_ = {{"db", "s"}};
  StepOutcome outcome_;
  StepEffects effects_;
  Schema before_;
  std::map<std::string, std::string> revisions_;
};

TEST_F(JudgeChanges, OverwrittenValuesAreAWarningWithColumnsAndKeys) {
  updated({"a", "b"}, 3);
  const auto findings = judged();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "rows-rewritten");
  EXPECT_EQ(findings[0].columns, (Codes{"a", "b"}));
  EXPECT_EQ(findings[0].row_count, 3);
  EXPECT_EQ(findings[0].rows, (std::vector<KeyValues>{{{"id", "7"}}}));
}

TEST_F(JudgeChanges, TheCatalogueExcusesItsColumnsOnly) {
  expect(RowChange::rewritten, {"a"}, "2024.2");
  updated({"a", "updated_at"}, 3);
  EXPECT_EQ(codes(), Codes{});
  updated({"updated_at"}, 3);
  EXPECT_EQ(codes(), Codes{});
  updated({"a", "b"}, 3);
  ASSERT_EQ(codes(), Codes{"rows-rewritten"});
  EXPECT_EQ(judged()[0].columns, Codes{"b"});
}

TEST_F(JudgeChanges, AChangeOfALaterReleaseIsNotExpectedYet) {
  expect(RowChange::rewritten, {"a"}, "2025.2");
  updated({"a"}, 3);
  EXPECT_EQ(codes(), Codes{"rows-rewritten"});
}

TEST_F(JudgeChanges, AColumnThatTheHopAddedMayBeFilled) {
  updated({"fresh", "updated_at"}, 3);
  EXPECT_EQ(codes(), Codes{"rows-rewritten"});
  effects_.new_to_hop = {"s.t.fresh"};
  EXPECT_EQ(codes(), Codes{});
}

TEST_F(JudgeChanges, ATouchAloneIsNotExcused) {
  updated({"updated_at"}, 3);
  EXPECT_EQ(codes(), Codes{"rows-rewritten"});
}

TEST_F(JudgeChanges, DeletesHiddenByInsertsAreTold) {
  TableDiff& diff = updated({}, 0);
  diff.changes.clear();
  diff.deleted = diff.inserted = 3;
  diff.deleted_keys = {{{"id", "1"}}, {{"id", "2"}}, {{"id", "3"}}};
  const auto findings = judged();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "rows-deleted");
  EXPECT_EQ(findings[0].row_count, 3);
  EXPECT_EQ(findings[0].rows.size(), 3U);
  EXPECT_NE(findings[0].detail.find("3 rows appeared"), std::string::npos) << findings[0].detail;
  expect(RowChange::deleted, {}, "2025.1");
  EXPECT_EQ(codes(), Codes{});
}

TEST_F(JudgeChanges, WithoutAKeyReplacedRowsAreNotCalledDeleted) {
  TableDiff& diff = updated({}, 0);
  diff.changes.clear();
  diff.updated.reset();
  diff.deleted = 5;
  diff.inserted = 3;
  const auto findings = judged();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].code, "rows-deleted");
  EXPECT_EQ(findings[0].row_count, 2);
  EXPECT_EQ(findings[1].code, "rows-rewritten");
  EXPECT_EQ(findings[1].row_count, 3);
}

TEST_F(JudgeChanges, ADroppedTableIsTold) {
  effects_.tables = {{"s.t", 4, std::nullopt, 0, 0, 4, {}}, {"s.alembic_version", 2, 1, {}, {}, {}, {}}};
  const auto findings = judged();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].title, "s.t was dropped with 4 rows in it");
  expect(RowChange::table_dropped, {}, "2025.1");
  EXPECT_EQ(codes(), Codes{});
}

TEST_F(JudgeChanges, WhatCouldNotBeComparedIsTold) {
  effects_.not_compared = "no memory";
  EXPECT_EQ(codes(), Codes{"rows-not-compared"});
}

}  // namespace
}  // namespace rehearsal
