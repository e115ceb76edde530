#include <fstream>

#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "harness/locks/statement_log.h"

namespace rehearsal {
namespace {

std::string entry(const std::string& user, const std::string& sql, const std::string& use = "") {
  return "# User@Host: " + user + "[" + user +
         "] @  [127.0.0.1]\n"
         "# Thread_id: 4  Schema: cloud  QC_hit: No\n"
         "# Query_time: 0.350001  Lock_time: 0.000800  Rows_sent: 0  Rows_examined: 200000\n"
         "# Rows_affected: 100  Bytes_sent: 58\n" +
         use + "SET timestamp=1795574232;\n" + sql + ";\n";
}

std::vector<LoggedStatement> parsed(const std::string& text, std::size_t piece = 1 << 20) {
  std::vector<LoggedStatement> statements;
  const EachStatement each = [&](const LoggedStatement& statement) { statements.push_back(statement); };
  StatementLogParser parser;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    parser.feed(std::string_view(text).substr(at, piece), each);
  }
  parser.finish(each);
  return statements;
}

TEST(StatementLog, AStatementComesWithItsTimesAndRows) {
  const auto statements = parsed(
      "mariadbd, Version: 10.11.14-MariaDB-log. started with:\n"
      "Tcp port: 3306  Unix socket: /tmp/x/mysqld.sock\n"
      "Time\t\t    Id Command\tArgument\n"
      "# Time: 261125  2:37:12\n" +
      entry("svc", "ALTER TABLE tags ADD COLUMN x int", "use `cloud`;\n"));
  ASSERT_EQ(statements.size(), 1U);
  EXPECT_EQ(statements[0].user, "svc");
  EXPECT_EQ(statements[0].thread, 4U);
  EXPECT_EQ(statements[0].schema, "cloud");
  EXPECT_EQ(statements[0].sql, "ALTER TABLE tags ADD COLUMN x int");
  EXPECT_DOUBLE_EQ(statements[0].seconds, 0.350001);
  EXPECT_DOUBLE_EQ(statements[0].lock_seconds, 0.0008);
  EXPECT_EQ(statements[0].rows_examined, 200000);
  EXPECT_EQ(statements[0].rows_affected, 100);
}

TEST(StatementLog, StatementsMaySpanLinesAndPiecesMayCutAnywhere) {
  const std::string text = entry("svc", "CREATE TABLE t (\n\tid INTEGER NOT NULL\n)") + "# Time: 261125  2:37:19\n" +
                           entry("svc", "COMMIT") + entry("svc", "select ';'");
  for (const std::size_t piece : {1U, 2U, 7U, 64U, 1000000U}) {
    const auto statements = parsed(text, piece);
    ASSERT_EQ(statements.size(), 3U) << piece;
    EXPECT_EQ(statements[0].sql, "CREATE TABLE t (\n\tid INTEGER NOT NULL\n)");
    EXPECT_EQ(statements[1].sql, "COMMIT");
    EXPECT_EQ(statements[2].sql, "select ';'");
  }
}

TEST(StatementLog, TextThatLooksLikeAHeaderStaysText) {
  const std::string value =
      "insert into t values ('x;\n# Time: 261125  2:37:19\n# User@Host: a[a] @ x []\n"
      "# Thread_id: 4  Schema: x  QC_hit: No\nq;\n# Time: 1\n')";
  const auto statements = parsed(entry("svc", value) + entry("svc", "COMMIT"));
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].sql, value);
  EXPECT_EQ(statements[1].sql, "COMMIT");
}

TEST(StatementLog, AWholeHeaderBeforeAStatementsEndStaysText) {
  const std::string value = "insert into t values ('x\n" + entry("a", "b") + "')";
  const auto statements = parsed(entry("svc", value));
  ASSERT_EQ(statements.size(), 1U);
  EXPECT_EQ(statements[0].sql, value);
}

TEST(StatementLog, OtherRequestsAreNoStatements) {
  EXPECT_TRUE(parsed(entry("svc", "# administrator command: Quit")).empty());
  EXPECT_TRUE(parsed("").empty());
  EXPECT_TRUE(parsed("# User@Host: svc[svc] @ localhost []\n# Thread_id: 4  Schema:   QC_hit: No\n").empty());
}

TEST(StatementLog, AnEmptySchemaIsEmpty) {
  std::string text = entry("svc", "COMMIT");
  text.replace(text.find("Schema: cloud"), 13, "Schema: ");
  ASSERT_EQ(parsed(text).size(), 1U);
  EXPECT_EQ(parsed(text)[0].schema, "");
}

TEST(StatementLog, AStatementLongerThanIsKeptIsCut) {
  const std::string text = entry("svc", "insert into t values ('" + std::string(3 << 20, 'x') + "')");
  for (const std::size_t piece : {4096U, 1U << 24}) {
    const auto statements = parsed(text + entry("svc", "COMMIT"), piece);
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_TRUE(statements[0].cut);
    EXPECT_EQ(statements[0].sql.size(), kLongestStatement);
    EXPECT_FALSE(statements[1].cut);
    EXPECT_EQ(statements[1].sql, "COMMIT");
  }
}

class StatementLogFile : public ::testing::Test {
 protected:
  void SetUp() override {
    auto dir = make_unique_dir(std::filesystem::temp_directory_path(), "statement-log");
    ASSERT_TRUE(dir);
    dir_ = *dir;
  }
  void TearDown() override { static_cast<void>(remove_tree(dir_)); }
  void append(const std::string& text) const { std::ofstream(file(), std::ios::app) << text; }
  [[nodiscard]] std::filesystem::path file() const { return dir_ / "statements.log"; }
  std::filesystem::path dir_;
};

TEST_F(StatementLogFile, EachStepReadsItsOwnStatementsOnce) {
  append(entry("svc", "SELECT 1"));
  StatementLog log(file(), "svc");
  std::vector<std::string> seen;
  const EachStatement each = [&](const LoggedStatement& statement) { seen.push_back(statement.sql); };
  ASSERT_TRUE(log.begin_step());
  append(entry("svc", "SELECT 2") + entry("root", "SELECT 3") + entry("svc", "SELECT 4"));
  ASSERT_TRUE(log.read(each));
  EXPECT_EQ(seen, (std::vector<std::string>{"SELECT 2"}));  // whether the last is whole is not known yet
  append(entry("svc", "SELECT 5"));
  ASSERT_TRUE(log.read_to_end(each));
  EXPECT_EQ(seen, (std::vector<std::string>{"SELECT 2", "SELECT 4", "SELECT 5"}));
  ASSERT_TRUE(log.begin_step());
  EXPECT_EQ(std::filesystem::file_size(file()), 0U);
  seen.clear();
  append(entry("svc", "SELECT 6"));
  ASSERT_TRUE(log.read_to_end(each));
  EXPECT_EQ(seen, (std::vector<std::string>{"SELECT 6"}));
}

TEST_F(StatementLogFile, WhatIsLastIsToldAtOnceWhereItIsAskedFor) {
  std::vector<std::string> told;
  const EachStatement each = [&](const LoggedStatement& statement) { told.push_back(statement.sql); };
  StatementLog log(file(), "svc");
  const std::string text = entry("svc", "SELECT 1");
  append(text.substr(0, text.size() - 4));
  ASSERT_TRUE(log.read_at_once(each));
  EXPECT_TRUE(told.empty()) << "half of a statement";
  append(text.substr(text.size() - 4));
  ASSERT_TRUE(log.read(each));
  EXPECT_TRUE(told.empty()) << "more of it may follow";
  ASSERT_TRUE(log.read_at_once(each));
  EXPECT_EQ(told.size(), 1U);
  append(entry("svc", "SELECT 2"));
  ASSERT_TRUE(log.read_to_end(each));
  EXPECT_EQ(told, (std::vector<std::string>{"SELECT 1", "SELECT 2"}));
}

TEST_F(StatementLogFile, WhatWasReadGivesItsDiskBack) {
  append("");
  StatementLog log(file(), "svc");
  ASSERT_TRUE(log.begin_step());
  std::string text;
  const std::string one = entry("svc", "insert into t values ('" + std::string(10000, 'x') + "')");
  while (text.size() < (8U << 20)) {
    text += one;
  }
  std::size_t seen = 0;
  for (int turn = 0; turn < 8; ++turn) {
    append(text);
    ASSERT_TRUE(log.read([&](const LoggedStatement&) { ++seen; }));
  }
  ASSERT_TRUE(log.read_to_end([&](const LoggedStatement&) { ++seen; }));
  EXPECT_EQ(seen, 8 * text.size() / one.size());
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_GT(status.st_size, 64 << 20);
  EXPECT_LT(status.st_blocks * 512, 24 << 20);
}

TEST(StatementLogServer, TheServerLogsEverythingAlsoWhatFails) {
  std::string why;
  const auto server = TestServer::make(why);
  if (!server) {
    GTEST_SKIP() << why;
  }
  const auto file = server->dir() / "statements.log";
  auto options = statement_log_options(file);
  options.insert(options.end(), {"--skip-log-bin", "--innodb-flush-method=nosync"});
  ASSERT_TRUE(server->start(options)) << server->log();
  const auto root = server->sql();
  ASSERT_TRUE(root->execute("CREATE DATABASE cloud"));
  ASSERT_TRUE(root->execute("CREATE USER svc@'%' IDENTIFIED BY 'p'"));
  ASSERT_TRUE(root->execute("GRANT ALL ON cloud.* TO svc@'%'"));
  StatementLog log(file, "svc");
  ASSERT_TRUE(log.begin_step());
  auto service = Sql::connect(server->socket(), "svc", "p", "cloud");
  ASSERT_TRUE(service);
  ASSERT_TRUE((*service)->execute("CREATE TABLE t (id int PRIMARY KEY, a text)"));
  ASSERT_TRUE((*service)->execute("INSERT INTO t VALUES (1, 'x;\n# User@Host: a[a] @ x []\n'), (2, 'b')"));
  EXPECT_FALSE((*service)->execute("ALTER TABLE nope ADD COLUMN b int"));
  ASSERT_TRUE((*service)->execute("ALTER TABLE t MODIFY a text CHARACTER SET ucs2"));
  ASSERT_TRUE(root->execute("SELECT 1"));
  // A statement is logged after its answer and before the connection's next one.
  ASSERT_TRUE((*service)->execute("SELECT 1"));
  std::vector<LoggedStatement> seen;
  ASSERT_TRUE(log.read_to_end([&](const LoggedStatement& statement) {
    const std::string& sql = statement.sql;
    if (sql.starts_with("CREATE") || sql.starts_with("INSERT") || sql.starts_with("ALTER")) {
      seen.push_back(statement);
    }
    EXPECT_EQ(statement.user, "svc");
  }));
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0].schema, "cloud");
  EXPECT_EQ(seen[1].sql, "INSERT INTO t VALUES (1, 'x;\n# User@Host: a[a] @ x []\n'), (2, 'b')");
  EXPECT_EQ(seen[1].rows_affected, 2);
  EXPECT_EQ(seen[2].sql, "ALTER TABLE nope ADD COLUMN b int");
  EXPECT_EQ(seen[3].rows_affected, 2);  // copied
  EXPECT_GT(seen[3].seconds, 0);
}

}  // namespace
}  // namespace rehearsal
