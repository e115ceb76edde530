// What is said of a change of rows: expected, explained by the hop itself, or a finding.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "harness/step/judge_changes.h"

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

  // Rows of s.t in which these columns changed, and nothing explains it.
  TableDiff& changed(const std::vector<std::string>& columns, std::int64_t rows, std::int64_t live, bool lost) {
    TableChange change{"s.t", 10, 10, 0, rows, 0, {}};
    for (const std::string& column : columns) {
      change.columns.push_back({column, lost ? "other" : "null-to-value", rows});
    }
    effects_.tables = {change};
    TableDiff& diff = effects_.diffs["s.t"];
    diff.updated = diff.updated.value_or(0) + rows;
    diff.changes.push_back({columns, false, lost, rows, live, 0, {{{"id", "7"}}}});
    return diff;
  }
  TableDiff& compared() {
    effects_.tables = {TableChange{"s.t", 10, 10, 0, 0, 0, {}}};
    effects_.diffs["s.t"].updated = 0;
    return effects_.diffs["s.t"];
  }

  void expect(RowChange change, const std::vector<std::string>& columns, const std::string& release) {
    service_.expected_changes.push_back({release, "db", "t", change, columns, {}, {}, "random", {}, "why", "source"});
  }

  std::vector<Finding> judged() {
    return judge_changes(StepEvidence{step_, service_, schemas_, outcome_, effects_, before_, revisions_, {}});
  }
  // "code severity rows"
  std::vector<std::string> told() {
    std::vector<std::string> found;
    for (const Finding& finding : judged()) {
      found.push_back(fmt::format("{} {} {}", finding.code, to_word(finding.severity), finding.row_count.value_or(-1)));
    }
    return found;
  }
  using Told = std::vector<std::string>;

  PlanStep step_;
  Service service_;
  std::map<std::string, std::string> schemas_ = {{"db", "s"}};
  StepOutcome outcome_;
  StepEffects effects_;
  Schema before_;
  std::map<std::string, std::string> revisions_;
};

TEST_F(JudgeChanges, ValuesOfLiveRowsThatAreGoneAreABlockerWithColumnsAndKeys) {
  changed({"a", "b"}, 3, 3, true);
  const auto findings = judged();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(told(), Told{"rows-rewritten blocker 3"});
  EXPECT_EQ(findings[0].columns, (Told{"a", "b"}));
  EXPECT_EQ(findings[0].rows, (std::vector<KeyValues>{{{"id", "7"}}}));
}

TEST_F(JudgeChanges, FilledAndSoftDeletedRowsAreACondition) {
  changed({"a"}, 3, 3, false);
  EXPECT_EQ(told(), Told{"rows-rewritten warning 3"});
  changed({"b"}, 2, 0, false);
  EXPECT_EQ(told(), Told{"rows-rewritten warning 5"}) << "one finding a table";
  changed({"c"}, 1, 1, true);
  EXPECT_EQ(told(), Told{"rows-rewritten blocker 6"}) << "the worst of them counts";
}

TEST_F(JudgeChanges, ARowUnlikeItsRuleIsAFindingOfItsOwn) {
  changed({"a"}, 1, 1, true).changes[0].unlike_rule = true;
  changed({"b"}, 2, 2, false);
  EXPECT_EQ(told(), (Told{"rows-unlike-rule blocker 1", "rows-rewritten warning 2"}));
  effects_.diffs["s.t"].changes[0].lost = false;
  EXPECT_EQ(told(), (Told{"rows-unlike-rule warning 1", "rows-rewritten warning 2"})) << "NULL was filled";
}

TEST_F(JudgeChanges, DeletesHiddenByInsertsAreTold) {
  TableDiff& diff = compared();
  diff.deleted = diff.inserted = 3;
  diff.gone = {3, 3, 0, {{{"id", "1"}}, {{"id", "2"}}, {{"id", "3"}}}};
  diff.added = {3, 3, 0, {}};
  EXPECT_EQ(told(), (Told{"rows-deleted blocker 3", "rows-inserted warning 3"}));
  EXPECT_EQ(judged()[0].rows.size(), 3U);
  EXPECT_NE(judged()[0].detail.find("3 rows appeared"), std::string::npos) << judged()[0].detail;
  diff.gone.live = 0;
  EXPECT_EQ(told().front(), "rows-deleted warning 3");
}

TEST_F(JudgeChanges, WithoutAKeyReplacedRowsAreNotCalledDeleted) {
  TableDiff& diff = compared();
  diff.updated.reset();
  diff.deleted = 5;
  diff.inserted = 3;
  diff.gone = {5, 5, 0, {}};
  diff.added = {3, 3, 0, {}};
  EXPECT_EQ(told(), (Told{"rows-deleted blocker 2", "rows-rewritten blocker 3"}));
}

TEST_F(JudgeChanges, ADroppedColumnIsToldUnlessARuleOrTheHopLetsItGo) {
  compared().dropped = {{"a", 4, 4, 0}, {"b", 2, 0, 0}};
  EXPECT_EQ(told(), Told{"column-dropped blocker 4"});
  EXPECT_EQ(judged()[0].columns, (Told{"a", "b"}));
  expect(RowChange::column_dropped, {"a"}, "2024.2");
  EXPECT_EQ(told(), Told{"column-dropped warning 2"});
  effects_.new_to_hop = {"s.t.b"};
  EXPECT_EQ(told(), Told{});
}

TEST_F(JudgeChanges, ADroppedTableIsTold) {
  effects_.tables = {{"s.t", 4, std::nullopt, 0, 0, 4, {}}, {"s.alembic_version", 2, 1, {}, {}, {}, {}}};
  effects_.dropped_rows["s.t"] = {4, 1, 0, {}};
  ASSERT_EQ(told(), Told{"rows-deleted blocker 4"});
  EXPECT_EQ(judged()[0].title, "s.t was dropped with 4 rows in it");
}

TEST_F(JudgeChanges, ATransactionThatWasLeftPreparedIsABlocker) {
  effects_.left_prepared = {"'x'"};
  EXPECT_EQ(told(), Told{"transaction-left-prepared blocker -1"});
}

TEST_F(JudgeChanges, WhatCouldNotBeComparedIsTold) {
  effects_.not_compared = "no memory";
  EXPECT_EQ(told(), Told{"rows-not-compared warning -1"});
}

TEST_F(JudgeChanges, ACheckThatWritesIsABlocker) {
  const auto codes = [&] {
    Told found;
    for (const Finding& finding :
         judge_unchanged(StepEvidence{step_, service_, schemas_, outcome_, effects_, before_, revisions_, {}})) {
      found.push_back(finding.code + ": " + finding.detail);
    }
    return found;
  };
  EXPECT_EQ(codes(), Told{});
  effects_.tables = {TableChange{"s.child", 10, 10, 0, 0, 0, {}}};
  EXPECT_EQ(codes(), Told{}) << "a table that a cascade could have reached and did not";
  effects_.tables.push_back(TableChange{"s.t", 10, 10, 0, 0, 0, {}});
  effects_.rows_written["s.t"] = 2;
  EXPECT_EQ(codes(), Told{"changed-by-check: s.t: 2 rows written."});
}

class ExpectedRules : public ::testing::Test {
 protected:
  TableRules rules() const { return rules_for(service_, {{"db", "s"}}, "2025.1", "s.t", new_to_hop_); }
  ExpectedChange& expect(const std::vector<std::string>& columns, const std::string& release) {
    service_.expected_changes.push_back(
        {release, "db", "t", RowChange::rewritten, columns, {}, {}, {}, {}, "why", "source"});
    return service_.expected_changes.back();
  }
  Service service_;
  std::set<std::string> new_to_hop_;
};

TEST_F(ExpectedRules, ExcuseWhatTheySayAndNoMore) {
  expect({"a", "updated_at"}, "2024.2").becomes = {{"a", "1"}};
  EXPECT_EQ(fate_of(rules(), {{{{"a", true}}}}, "a"), ColumnFate::expected);
  EXPECT_EQ(fate_of(rules(), {{{{"a", false}}}}, "a"), ColumnFate::unlike);
  EXPECT_EQ(fate_of(rules(), {{{{"a", false}}}}, "updated_at"), ColumnFate::expected);
  EXPECT_EQ(fate_of(rules(), {{{{"a", true}}}}, "b"), ColumnFate::unexplained);
  expect({"a"}, "2024.2").satisfies = "a > 5";
  EXPECT_EQ(fate_of(rules(), {{{{"a", false}}, {{"", true}}}}, "a"), ColumnFate::expected) << "one of them is enough";
}

TEST_F(ExpectedRules, OfALaterReleaseDoNotCountYet) {
  expect({"a"}, "2025.2").neither = "random";
  EXPECT_TRUE(rules().rewritten.empty());
  expect({"a"}, "2025.1").neither = "random";
  EXPECT_EQ(fate_of(rules(), {{{}}}, "a"), ColumnFate::expected);
}

TEST_F(ExpectedRules, LetAColumnThatTheHopAddedBeFilled) {
  new_to_hop_ = {"s.t.fresh", "s.tt", "s.tt.old"};
  EXPECT_EQ(fate_of(rules(), {}, "fresh"), ColumnFate::expected);
  EXPECT_EQ(fate_of(rules(), {}, "old"), ColumnFate::unexplained);
  EXPECT_FALSE(rules().new_table);
  expect({"fresh"}, "2025.1").becomes = {{"fresh", "1"}};
  EXPECT_EQ(fate_of(rules(), {{{{"fresh", false}}}}, "fresh"), ColumnFate::unlike) << "a rule knows better";
}

}  // namespace
}  // namespace rehearsal
