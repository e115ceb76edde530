// Locks and algorithms, on a real server.
#include <chrono>
#include <thread>

#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "base/clock.h"
#include "harness/locks/algorithm_probe.h"
#include "harness/locks/wait_probe.h"

namespace rehearsal {
namespace {

class Locks : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    root_ = connect("root");
    ASSERT_TRUE(root_->execute("CREATE OR REPLACE DATABASE cloud CHARACTER SET utf8mb3"));
    ASSERT_TRUE(root_->execute("CREATE OR REPLACE USER svc@'%' IDENTIFIED BY 'it\\'s secret'"));
    ASSERT_TRUE(root_->execute("GRANT ALL ON cloud.* TO svc@'%'"));
    service_ = connect("svc", "cloud");
  }
  static std::unique_ptr<Sql> connect(const std::string& user, const std::string& schema = {}) {
    auto made = Sql::connect(server_->socket(), user, TestServer::kPassword, schema);
    EXPECT_TRUE(made) << (made ? "" : to_text(made.error()));
    EXPECT_TRUE((*made)->execute("SET SESSION sql_mode = 'TRADITIONAL'"));
    return std::move(*made);
  }
  void make_table() const {
    ASSERT_TRUE(
        root_->execute("CREATE TABLE cloud.t (id int, a varchar(60), n int, PRIMARY KEY (id, a))"
                       " CHARACTER SET utf8mb3 AS SELECT seq AS id, CONCAT('x', seq) AS a, seq AS n"
                       " FROM cloud.seq_1_to_200000"));
  }
  // The waits of one statement of the service.
  LockWait waits_of(const std::string& sql, double& seconds) const {
    auto probe = WaitProbe::start([] { return Result<std::unique_ptr<Sql>>(connect("root")); }, "svc");
    EXPECT_TRUE(probe) << (probe ? "" : to_text(probe.error()));
    const Stopwatch watch;
    const auto done = service_->execute(sql);
    seconds = watch.seconds();
    EXPECT_TRUE(done) << (done ? "" : to_text(done.error()));
    const Stopwatch ending;
    const std::vector<LockWait> waits = (*probe)->stop();
    EXPECT_LT(ending.seconds(), 5);
    EXPECT_LE(waits.size(), 1U);
    return waits.empty() ? LockWait() : waits.front();
  }

  std::unique_ptr<Sql> root_, service_;
};

TEST_F(Locks, ACopyKeepsWritersWaitingAndReadersNot) {
  make_table();
  double seconds = 0;
  const LockWait wait = waits_of("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", seconds);
  EXPECT_EQ(wait.table, "cloud.t");
  ASSERT_TRUE(wait.writer && wait.reader);
  EXPECT_GT(*wait.writer, seconds / 2) << "of " << seconds;
  EXPECT_LT(*wait.reader, seconds / 2) << "of " << seconds;
}

TEST_F(Locks, AnInstantColumnKeepsNobodyWaiting) {
  make_table();
  double seconds = 0;
  const LockWait wait = waits_of("ALTER TABLE t ADD COLUMN c int", seconds);
  double copied = 0;
  static_cast<void>(waits_of("ALTER TABLE t ADD COLUMN d int, ALGORITHM=COPY", copied));
  EXPECT_LT(wait.writer.value_or(0), copied / 2) << "of " << copied;
  EXPECT_LT(wait.reader.value_or(0), copied / 2) << "of " << copied;
}

TEST_F(Locks, AnIndexMadeInPlaceLetsWritersIn) {
  make_table();
  double seconds = 0;
  const LockWait wait = waits_of("CREATE INDEX ix2 ON t (n, a)", seconds);
  ASSERT_TRUE(wait.writer);
  EXPECT_LT(*wait.writer, seconds);
}

// The service's own transaction must neither wait for the probe nor die with it: it holds rows of the table's child
// and parent while DDL of another connection and the probe queue up.
TEST_F(Locks, TheProbeNeitherDelaysNorKillsTheStep) {
  make_table();
  ASSERT_TRUE(
      root_->execute("CREATE TABLE cloud.kid (id int PRIMARY KEY, t int, FOREIGN KEY (t) REFERENCES t (id)"
                     " ON DELETE CASCADE)"));
  auto probe = WaitProbe::start([] { return Result<std::unique_ptr<Sql>>(connect("root")); }, "svc");
  ASSERT_TRUE(probe);
  const auto other = connect("svc", "cloud");
  ASSERT_TRUE(other->execute("START TRANSACTION"));
  ASSERT_TRUE(other->execute("INSERT INTO kid VALUES (1, 1)"));
  Result<void> altered;
  std::thread alter([&] { altered = service_->execute("ALTER TABLE t ADD COLUMN c int, ALGORITHM=COPY"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(other->execute("INSERT INTO kid VALUES (2, 2)"));
  EXPECT_TRUE(other->execute("COMMIT"));
  alter.join();
  EXPECT_TRUE(altered) << (altered ? "" : to_text(altered.error()));
  double longest = 0;
  for (int i = 0; i < 40; ++i) {
    const Stopwatch watch;
    ASSERT_TRUE(service_->execute(i % 2 == 0 ? "ALTER TABLE t ADD COLUMN d int" : "ALTER TABLE t DROP COLUMN d"));
    longest = std::max(longest, watch.seconds());
  }
  EXPECT_LT(longest, 2);  // a writer that gave up only after its time-out would take that long
  static_cast<void>((*probe)->stop());
}

TEST_F(Locks, AWriterThatStillWaitsWhenTheProbeEndsIsLetGo) {
  make_table();
  ASSERT_TRUE(root_->execute("LOCK TABLES cloud.t WRITE"));
  auto probe = WaitProbe::start([] { return Result<std::unique_ptr<Sql>>(connect("root")); }, "svc");
  ASSERT_TRUE(probe);
  std::thread alter([&] { static_cast<void>(service_->execute("ALTER TABLE t ADD COLUMN c int")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Stopwatch watch;
  const auto waits = (*probe)->stop();
  EXPECT_LT(watch.seconds(), 10);
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_GT(waits[0].writer.value_or(0), 1);
  ASSERT_TRUE(root_->execute("UNLOCK TABLES"));
  alter.join();
}

TEST_F(Locks, AlgorithmsAreFoundOnEmptyTables) {
  ASSERT_TRUE(root_->execute("USE cloud"));
  ASSERT_TRUE(root_->execute("CREATE TABLE p (id int PRIMARY KEY)"));
  ASSERT_TRUE(
      root_->execute("CREATE TABLE t (id int, a varchar(60), n int, p int, PRIMARY KEY (id, a), KEY (n),"
                     " FOREIGN KEY (p) REFERENCES p (id)) CHARACTER SET utf8mb3"));
  std::map<std::string, std::string> definitions;
  for (const char* table : {"p", "t"}) {
    definitions["cloud." + std::string(table)] =
        root_->query("SHOW CREATE TABLE cloud." + std::string(table))->front().at(1).value();
  }
  struct Case {
    const char* sql;
    const char* algorithm;
    bool blocks;
  };
  const Case cases[] = {
      {"ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "COPY", true},
      {"ALTER TABLE t ADD COLUMN c int", "INSTANT", false},
      {"ALTER TABLE t MODIFY c int NOT NULL", "INPLACE", false},  // needs the column that the last one made
      {"CREATE UNIQUE INDEX ux ON t (c)", "NOCOPY", false},
      {"DROP INDEX ux ON t", "NOCOPY", false},
      {"ALTER TABLE t MODIFY n bigint", "COPY", true},
      {"ALTER TABLE t MODIFY a varchar(300)", "COPY", true},
      {"ALTER TABLE t ADD FULLTEXT KEY ft (a)", "INPLACE", true},
      {"SET SESSION foreign_key_checks = 0", "", false},
      {"ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES p (id)", "NOCOPY", false},
      {"SET SESSION foreign_key_checks = 1", "", false},
      {"CREATE TABLE fresh (id int PRIMARY KEY, p int)", "", false},
      {"ALTER TABLE fresh ADD FOREIGN KEY (p) REFERENCES p (id)", "COPY", true},
      {"ALTER TABLE fresh RENAME TO fresher", "INSTANT", false},
      {"ALTER TABLE fresher DROP COLUMN nope", "", false},
      {"ALTER TABLE missing ADD COLUMN x int", "", false},
      {"ALTER TABLE cloud.t ADD COLUMN x int", "", false},  // would reach the lane's table
  };
  std::vector<LoggedStatement> statements;
  for (const Case& one : cases) {
    LoggedStatement statement;
    statement.schema = "cloud";
    statement.sql = one.sql;
    statements.push_back(statement);
  }
  const auto sql = connect("root");
  const auto found = find_algorithms(*sql, statements, definitions);
  ASSERT_TRUE(found) << to_text(found.error());
  ASSERT_EQ(found->size(), statements.size());
  for (std::size_t i = 0; i < statements.size(); ++i) {
    EXPECT_EQ((*found)[i].algorithm, cases[i].algorithm) << cases[i].sql;
    EXPECT_EQ((*found)[i].blocks_writers, cases[i].blocks) << cases[i].sql;
  }
  EXPECT_EQ(root_->query("SHOW CREATE TABLE cloud.t")->front().at(1).value(), definitions["cloud.t"]);
  EXPECT_TRUE(root_->query("SHOW DATABASES LIKE 'rehearsal%'")->empty());
}

}  // namespace
}  // namespace rehearsal
