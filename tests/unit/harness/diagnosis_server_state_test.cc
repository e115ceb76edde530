// What the rows of a table do not explain, against a real server: an account that is gone, a collation that nobody
// knows, a lock that somebody holds.
#include <thread>

#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "harness/diagnosis/diagnose.h"
#include "harness/diagnosis/server_state.h"
#include "harness/retry.h"

namespace rehearsal {
namespace {

class ServerState : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    sql_ = server_->sql();
    for (const char* const start : {"DROP DATABASE IF EXISTS c", "CREATE DATABASE c CHARACTER SET utf8mb4", "USE c",
                                    "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(40))",
                                    "CREATE TABLE log (id INT)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')"}) {
      run(start);
    }
  }

  void run(const std::string& statement) {
    const auto done = sql_->execute(statement);
    ASSERT_TRUE(done) << statement << " " << to_text(done.error());
  }

  // The statement is refused, and this is what the diagnosis makes of it.
  Finding refused(const std::string& statement) {
    EXPECT_FALSE(sql_->execute(statement)) << "the server does not refuse it";
    ErrorText error;
    error.number = static_cast<int>(sql_->last_errno());
    error.message = sql_->last_message();
    error.statement = statement;
    PlanStep step;
    step.schemas = {"c"};
    const StepTrace trace;
    const ReferenceTable unknown = [](const std::string&, const std::string&) { return std::vector<std::string>(); };
    Finding finding;
    finding.code = finding_code(error.number, error.message);
    const auto looker = server_->sql();
    const auto told = diagnose(*looker, {step, error, trace, unknown}, finding);
    EXPECT_TRUE(told) << to_text(told.error());
    EXPECT_NE(finding.title, "") << error.message;
    return finding;
  }

  void expect_mended(const Finding& finding, const std::string& statement) {
    ASSERT_TRUE(finding.fix && !finding.fix->sql.empty()) << finding.title;
    const auto other = server_->sql();
    const auto effect = apply_fix(*other, finding.fix->sql);
    ASSERT_TRUE(effect && effect->refused.empty()) << finding.fix->sql << "\n" << (effect ? effect->refused : "");
    ASSERT_TRUE(other->execute("USE c"));
    const auto passed = other->execute(statement);
    EXPECT_TRUE(passed) << finding.fix->sql << "\n" << to_text(passed.error());
  }

  std::unique_ptr<Sql> sql_;
};

TEST_F(ServerState, AnAccountThatIsGoneIsMadeLocked) {
  run("DROP USER IF EXISTS 'bill''s'@'10.%'");
  run("CREATE DEFINER = 'bill''s'@'10.%' TRIGGER tr AFTER UPDATE ON t FOR EACH ROW INSERT INTO log VALUES (NEW.id)");
  run("CREATE DEFINER = 'bill''s'@'10.%' VIEW v AS SELECT id FROM t");
  run("CREATE TRIGGER sound AFTER INSERT ON t FOR EACH ROW INSERT INTO log VALUES (NEW.id)");
  const std::string statement = "UPDATE t SET name = 'c' WHERE id = 1";
  const Finding finding = refused(statement);
  EXPECT_EQ(finding.code, "definer-missing");
  EXPECT_EQ(finding.table, "c.t");
  EXPECT_NE(finding.title.find("trigger c.tr"), std::string::npos) << finding.title;
  EXPECT_NE(finding.title.find("view c.v"), std::string::npos) << finding.title;
  EXPECT_EQ(finding.title.find("sound"), std::string::npos) << finding.title;
  expect_mended(finding, statement);
  const auto left = sql_->value("SELECT COUNT(*) FROM log");
  EXPECT_EQ(left.value().value(), "1");
}

TEST_F(ServerState, ACollationOfTheMigrationsOwnStatement) {
  const Finding finding = refused("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci");
  EXPECT_EQ(finding.code, "unknown-collation");
  EXPECT_EQ(finding.table, "c.t");
  EXPECT_NE(finding.title.find("utf8mb4_0900_ai_ci"), std::string::npos) << finding.title;
  ASSERT_TRUE(finding.fix);
  EXPECT_EQ(finding.fix->sql, "");
  EXPECT_NE(finding.fix->decision.find("utf8mb4_unicode_520_ci"), std::string::npos) << finding.fix->decision;
}

TEST_F(ServerState, ACharacterSetThatNobodyKnows) {
  const Finding finding = refused("ALTER TABLE c.t MODIFY name VARCHAR(40) CHARACTER SET utf9");
  EXPECT_EQ(finding.code, "unknown-collation");
  EXPECT_EQ(finding.table, "c.t");
}

TEST_F(ServerState, ACollationInABodyNamesTheBody) {
  run("CREATE PROCEDURE p() EXECUTE IMMEDIATE 'SELECT name COLLATE utf8mb4_0900_ai_ci FROM t'");
  const Finding finding = refused("CALL p()");
  EXPECT_EQ(finding.code, "unknown-collation");
  EXPECT_EQ(finding.table, "c.p");
  EXPECT_NE(finding.title.find("procedure c.p"), std::string::npos) << finding.title;
  ASSERT_TRUE(finding.fix);
  EXPECT_NE(finding.fix->decision, "");
}

TEST_F(ServerState, APreparedTransactionHoldsTheTable) {
  {
    const auto forgotten = server_->sql();
    for (const char* const statement : {"XA START 'it''s', 'b', 7", "UPDATE c.t SET name = 'x' WHERE id = 1",
                                        "XA END 'it''s', 'b', 7", "XA PREPARE 'it''s', 'b', 7"}) {
      ASSERT_TRUE(forgotten->execute(statement)) << statement << " " << forgotten->last_message();
    }
  }
  run("SET innodb_lock_wait_timeout = 1, lock_wait_timeout = 1");
  const std::string statement = "ALTER TABLE t ADD COLUMN host INT";
  const Finding finding = refused(statement);
  EXPECT_EQ(finding.code, "lock-wait");
  EXPECT_EQ(finding.table, "c.t");
  EXPECT_NE(finding.title.find("prepared"), std::string::npos) << finding.title;
  expect_mended(finding, statement);
}

TEST_F(ServerState, AnotherConnectionOfTheStepHoldsTheTable) {
  const auto other = server_->sql();
  ASSERT_TRUE(other->execute("SET autocommit = 0"));
  ASSERT_TRUE(other->execute("UPDATE c.t SET name = 'x' WHERE id = 1"));
  run("SET innodb_lock_wait_timeout = 1, lock_wait_timeout = 1");
  const Finding finding = refused("ALTER TABLE t ADD COLUMN host INT");
  EXPECT_EQ(finding.code, "lock-wait");
  EXPECT_EQ(finding.table, "c.t");
  EXPECT_NE(finding.title.find("connection " + std::to_string(other->connection_id())), std::string::npos)
      << finding.title;
  ASSERT_TRUE(finding.fix);
  EXPECT_EQ(finding.fix->sql, "");
}

TEST_F(ServerState, TwoTransactionsWaitForEachOther) {
  const auto other = server_->sql();
  // The one that changed fewer rows is the victim.
  ASSERT_TRUE(other->execute("SET autocommit = 0"));
  ASSERT_TRUE(other->execute("INSERT INTO c.log VALUES (1), (2), (3), (4), (5)"));
  ASSERT_TRUE(other->execute("UPDATE c.t SET name = 'x' WHERE id = 1"));
  run("SET autocommit = 0");
  run("UPDATE t SET name = 'y' WHERE id = 2");
  std::thread waits([&] { static_cast<void>(other->execute("UPDATE c.t SET name = 'x' WHERE id = 2")); });
  const auto looker = server_->sql();
  for (int turn = 0; turn < 500; ++turn) {
    const auto waiting =
        looker->value("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'");
    if (waiting && waiting->value_or("0") == "1") {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const Finding finding = refused("UPDATE t SET name = 'y' WHERE id = 1");
  waits.join();
  EXPECT_EQ(finding.code, "lock-wait");
  EXPECT_EQ(finding.table, "c.t");
  EXPECT_NE(finding.title.find("c.t"), std::string::npos) << finding.title;
  EXPECT_NE(finding.detail.find("PRIMARY"), std::string::npos) << finding.detail;
}

TEST(StepTrace, KnowsWhichConnectionsDidNotEndTheirTransaction) {
  StepTrace trace;
  const auto sent = [&](std::uint64_t thread, const char* statement) {
    LoggedStatement logged;
    logged.thread = thread;
    logged.sql = statement;
    trace.take(logged);
  };
  sent(1, "UPDATE a SET b = 1");  // each statement by itself
  sent(2, "SET AUTOCOMMIT = 0");
  sent(2, "UPDATE a SET b = 2");
  sent(3, "START TRANSACTION");
  sent(3, "UPDATE a SET b = 3");
  sent(3, "COMMIT");
  sent(4, "BEGIN");
  sent(4, "SELECT b FROM a FOR UPDATE");
  sent(5, "set autocommit=0");
  sent(5, "ALTER TABLE a ADD c INT");
  EXPECT_EQ(trace.unfinished("ALTER TABLE a ADD c INT"),
            (std::vector<std::string>{"UPDATE a SET b = 2", "SELECT b FROM a FOR UPDATE"}));
}

TEST(LatestDeadlock, IsEmptyWhereNoneIsTold) {
  EXPECT_TRUE(latest_deadlock("").tables.empty());
  EXPECT_TRUE(
      latest_deadlock("TRANSACTIONS\nRECORD LOCKS space id 1 index a of table `s`.`t` trx id 3").tables.empty());
}

}  // namespace
}  // namespace rehearsal
