#include <gtest/gtest.h>

#include "harness/step/lock_judge.h"
#include "harness/step/step_statements.h"

namespace rehearsal {
namespace {

LoggedStatement logged(const std::string& sql, double seconds, std::int64_t affected = 0, std::uint64_t thread = 1) {
  LoggedStatement statement;
  statement.user = "svc";
  statement.thread = thread;
  statement.schema = "cloud";
  statement.sql = sql;
  statement.seconds = seconds;
  statement.rows_affected = affected;
  return statement;
}

TEST(StepStatements, KeepsAllDdlAndTheSlowestOthersInOrder) {
  StepStatements statements;
  statements.add(logged("ALTER TABLE a ADD x int", 0.001));
  for (int i = 0; i < 1000; ++i) {
    statements.add(logged("UPDATE a SET x = 'secret' WHERE id = 1", 0.01 + i * 0.001, 1));
    statements.add(logged("SELECT 1", 0.0001));
  }
  statements.add(logged("CREATE INDEX i ON a (x)", 0.5));
  EXPECT_EQ(statements.count(), 2002);
  EXPECT_EQ(statements.last().size(), kLastKept);
  EXPECT_EQ(statements.last().back().statement.sql, "CREATE INDEX i ON a (x)");
  const auto records = statement_records(statements, {{"INSTANT", false}, {"NOCOPY", false}}, {});
  ASSERT_EQ(records.size(), 2 + kSlowestKept);
  EXPECT_EQ(records.front().sql, "ALTER TABLE a ADD x int");
  EXPECT_EQ(records.front().algorithm, "INSTANT");
  EXPECT_EQ(records.back().table, "cloud.a");
  EXPECT_EQ(records.back().algorithm, "NOCOPY");
  EXPECT_DOUBLE_EQ(records[1].seconds, 0.01 + 950 * 0.001);
  EXPECT_EQ(records[1].table, "cloud.a");
  EXPECT_EQ(records[1].sql.find("secret"), std::string::npos);
}

TEST(StepStatements, RowsThatAnAlterAffectedAreACopyWhateverTheProbeSaid) {
  StepStatements statements;
  statements.add(logged("ALTER TABLE a MODIFY x bigint", 1, 7));
  statements.add(logged("CREATE TABLE b AS SELECT * FROM a", 1, 7));
  const auto records = statement_records(statements, {{"INSTANT", false}, {}}, {});
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].algorithm, "COPY");
  EXPECT_EQ(records[0].rows, 7);
  EXPECT_EQ(records[1].algorithm, "");
}

TEST(StepStatements, EachWaitBelongsToOneStatement) {
  StepStatements statements;
  statements.add(logged("ALTER TABLE a ADD x int", 1, 0, 5));
  statements.add(logged("ALTER TABLE a DROP x", 1, 0, 5));
  statements.add(logged("ALTER TABLE a ADD x int", 1, 0, 5));
  const auto records = statement_records(statements, {},
                                         {{5, "ALTER TABLE a ADD x int", "cloud.a", 0.5, 0.1},
                                          {5, "ALTER TABLE a ADD x int", "cloud.a", 0.7, {}},
                                          {6, "ALTER TABLE a DROP x", "cloud.a", 9, 9}});
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].writers_waited, 0.5);
  EXPECT_EQ(records[0].readers_waited, 0.1);
  EXPECT_FALSE(records[1].writers_waited);
  EXPECT_EQ(records[2].writers_waited, 0.7);
  EXPECT_FALSE(records[2].readers_waited);
}

TEST(StepStatements, TheLongestTransactionEndsWithItsCommit) {
  StepStatements statements;
  statements.add(logged("SELECT x FROM a", 9));
  statements.add(logged("COMMIT", 0));  // it changed nothing
  statements.add(logged("UPDATE a SET x = 1", 2, 10));
  statements.add(logged("INSERT INTO b VALUES (1)", 5, 1, 2));  // another connection
  statements.add(logged("ROLLBACK TO SAVEPOINT s", 0));
  statements.add(logged("UPDATE a SET x = 2", 1, 5));
  statements.add(logged("COMMIT", 0.5));
  statements.add(logged("UPDATE a SET x = 2", 1, 1));
  EXPECT_DOUBLE_EQ(statements.longest_transaction().seconds, 3.5);
  EXPECT_EQ(statements.longest_transaction().rows, 15);
}

TEST(StepStatements, TheTableOfAnyStatementOfRowsIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"INSERT INTO `a` (x) VALUES (1)", "cloud.a"},
      {"update\n other.a SET x = 1", "other.a"},
      {"DELETE FROM a WHERE x IN (SELECT y FROM b)", "cloud.a"},
      {"SELECT x FROM (SELECT 1) AS q", ""},
      {"SELECT x FROM (SELECT y FROM b) AS q", "cloud.b"},
      {"SELECT 1", ""},
  };
  for (const auto& [sql, table] : cases) {
    StepStatements statements;
    statements.add(logged(sql, 1));
    EXPECT_EQ(statement_records(statements, {}, {}).at(0).table, table) << sql;
  }
}

StatementRecord copy(const std::string& table, std::int64_t rows, double seconds, std::optional<double> waited = {}) {
  StatementRecord record;
  record.sql = "ALTER TABLE " + table;
  record.table = table;
  record.seconds = seconds;
  record.algorithm = "COPY";
  record.rows = rows;
  record.writers_waited = waited;
  return record;
}

TEST(LockJudge, ACopyOfManyRowsIsAWarningOnItsTable) {
  PlanStep step;
  step.id = "svc:2025.2:expand";
  const auto findings = judge_locks(step, {copy("cloud.tags", 100'000, 2.5, 2.4), copy("cloud.few", 99'999, 0.1)});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].table, "cloud.few");
  EXPECT_EQ(findings[0].severity, Severity::info);
  EXPECT_EQ(findings[1].code, "blocking-copy");
  EXPECT_EQ(findings[1].severity, Severity::warning);
  EXPECT_EQ(findings[1].table, "cloud.tags");
  EXPECT_EQ(findings[1].row_count, 100'000);
  EXPECT_EQ(findings[1].statement, "ALTER TABLE cloud.tags");
  EXPECT_NE(findings[1].detail.find("waited 2.4 s"), std::string::npos) << findings[1].detail;
}

TEST(LockJudge, CopiesOfOneTableAreOneFinding) {
  const auto findings = judge_locks(PlanStep(), {copy("c.t", 10, 1), copy("c.t", 200'000, 3), copy("c.t", 200'000, 2)});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].row_count, 200'000);
  EXPECT_NE(findings[0].detail.find("6.0 s in 3 statements"), std::string::npos) << findings[0].detail;
}

TEST(LockJudge, EmptyTablesAndOtherAlgorithmsAreNothing) {
  StatementRecord in_place = copy("c.t", 0, 1);
  in_place.algorithm = "INPLACE";
  StatementRecord rows = copy("c.t", 500'000, 1);
  rows.algorithm = "";
  EXPECT_TRUE(judge_locks(PlanStep(), {in_place, rows, copy("c.empty", 0, 1)}).empty());
}

}  // namespace
}  // namespace rehearsal
