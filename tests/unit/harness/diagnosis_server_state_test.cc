// What the rows of a table do not explain, against a real server: an account that is gone, a collation that nobody
// knows, a lock that somebody holds.
#include <thread>

#include "unit/harness/diagnosed_refusal.h"
#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/diagnosis/lock_wait.h"
#include "harness/diagnosis/server_state.h"

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
    return diagnosed_refusal(*sql_, *server_->sql(), statement);
  }

  static void expect_mended(const Finding& finding, const std::string& statement) {
    expect_passes_with_fix(finding, statement, *server_->sql());
  }

  static void expect_told(const Finding& finding, const std::string& code, const std::string& table,
                          const std::vector<std::string>& title = {}) {
    EXPECT_EQ(finding.code, code);
    EXPECT_EQ(finding.table, table);
    for (const std::string& part : title) {
      EXPECT_NE(finding.title.find(part), std::string::npos) << part << "\nnot in\n" << finding.title;
    }
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
  expect_told(finding, "definer-missing", "c.t", {"trigger c.tr", "view c.v"});
  EXPECT_EQ(finding.title.find("sound"), std::string::npos) << finding.title;
  expect_mended(finding, statement);
  const auto left = sql_->value("SELECT COUNT(*) FROM log");
  EXPECT_EQ(left.value().value(), "1");
}

// The fix was shown with the account's name, which goes by a pseudonym everywhere else.
TEST_F(ServerState, AnAccountThatIsGoneIsShownByItsPseudonym) {
  run("CREATE DEFINER = 'zqx''bill\\\\'@'zqx.%' TRIGGER tr AFTER UPDATE ON t FOR EACH ROW INSERT INTO log VALUES "
      "(NEW.id)");
  run("CREATE DEFINER = 'zqx''bill\\\\'@'zqx.%' VIEW v AS SELECT id FROM t");
  Finding finding = refused("UPDATE t SET name = 'c' WHERE id = 1");
  expect_mended(finding, "UPDATE t SET name = 'c' WHERE id = 1");
  Pseudonyms pseudonyms;
  EXPECT_EQ(pseudonyms.hide_accounts("in the name of `other`@`zqx.%`"), "in the name of account#1");
  Finding in_vain = finding;
  in_vain.fix->decision += " \"" + replace_all(std::exchange(in_vain.fix->sql, ""), "\n", " ") + "\" was tried.";
  hide_account(in_vain, pseudonyms);
  EXPECT_NE(in_vain.fix->decision.find("\"CREATE USER account#2 ACCOUNT LOCK; GRANT ALL ON `c`.* TO account#2;\""),
            std::string::npos)
      << in_vain.fix->decision;
  EXPECT_EQ(in_vain.fix->decision.find("zqx"), std::string::npos) << in_vain.fix->decision;
  hide_account(finding, pseudonyms);
  EXPECT_EQ(finding.fix->sql, "CREATE USER account#2 ACCOUNT LOCK;\nGRANT ALL ON `c`.* TO account#2;");
  const std::string query =
      "SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'c' AND TABLE_NAME = 'v'";
  EXPECT_NE(finding.fix->decision.find(query), std::string::npos) << finding.fix->decision;
  EXPECT_EQ(sql_->value(query).value().value_or(""), "zqx'bill\\@zqx.%");
  for (const std::string& text :
       {finding.title, finding.detail, finding.table, finding.fix->sql, finding.fix->decision}) {
    EXPECT_EQ(text.find("zqx"), std::string::npos) << text;
  }
  run("DROP USER 'zqx''bill\\\\'@'zqx.%'");
}

TEST_F(ServerState, ACollationOfTheMigrationsOwnStatement) {
  const Finding finding = refused("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci");
  expect_told(finding, "unknown-collation", "c.t", {"utf8mb4_0900_ai_ci"});
  ASSERT_TRUE(finding.fix);
  EXPECT_EQ(finding.fix->sql, "");
  EXPECT_NE(finding.fix->decision.find("utf8mb4_unicode_520_ci"), std::string::npos) << finding.fix->decision;
}

TEST_F(ServerState, ACharacterSetThatNobodyKnows) {
  const Finding finding = refused("ALTER TABLE c.t MODIFY name VARCHAR(40) CHARACTER SET utf9");
  expect_told(finding, "unknown-collation", "c.t");
}

TEST_F(ServerState, ACollationInABodyNamesTheBody) {
  run("CREATE PROCEDURE p() EXECUTE IMMEDIATE 'SELECT name COLLATE utf8mb4_0900_ai_ci FROM t'");
  const Finding finding = refused("CALL p()");
  expect_told(finding, "unknown-collation", "c.p", {"procedure c.p"});
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
  expect_told(finding, "lock-wait", "c.t", {"prepared"});
  expect_mended(finding, statement);
}

TEST_F(ServerState, AnotherConnectionOfTheStepHoldsTheTable) {
  const auto other = server_->sql();
  ASSERT_TRUE(other->execute("SET autocommit = 0"));
  ASSERT_TRUE(other->execute("UPDATE c.t SET name = 'x' WHERE id = 1"));
  run("SET innodb_lock_wait_timeout = 1, lock_wait_timeout = 1");
  const Finding finding = refused("ALTER TABLE t ADD COLUMN host INT");
  expect_told(finding, "lock-wait", "c.t", {"connection " + std::to_string(other->connection_id())});
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
  expect_told(finding, "lock-wait", "c.t", {"c.t"});
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
