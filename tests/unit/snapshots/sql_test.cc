#include "base/sql/sql.h"

#include <thread>

#include "server_fixture.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

using SqlTest = ServerTest;

TEST_F(SqlTest, RowsComeBackByteForByteAndNullIsNotEmpty) {
  const auto sql = server_->sql();
  const auto rows =
      sql->query("SELECT NULL, '', X'0027005c', _utf8mb4'\xF0\x9F\x92\xA5', 12, CAST(1.50 AS DECIMAL(5,2))");
  ASSERT_TRUE(rows) << to_text(rows.error());
  ASSERT_EQ(rows->size(), 1U);
  const Row& row = rows->front();
  EXPECT_FALSE(row[0].has_value());
  EXPECT_EQ(row[1], "");
  EXPECT_EQ(row[2], std::string("\0'\0\\", 4));
  EXPECT_EQ(row[3], "\xF0\x9F\x92\xA5");
  EXPECT_EQ(row[4], "12");
  EXPECT_EQ(row[5], "1.50");
}

TEST_F(SqlTest, AStatementWithNulsReachesTheServerWhole) {
  const auto sql = server_->sql();
  std::string statement = "SELECT LENGTH('a";
  statement += '\0';
  statement += "b')";
  const auto length = sql->value(statement);
  ASSERT_TRUE(length) << to_text(length.error());
  EXPECT_EQ(*length, "3");
}

TEST_F(SqlTest, ARefusalTellsNumberStateAndWords) {
  const auto sql = server_->sql();
  const auto failed = sql->execute("SELECT * FROM nothing.here");
  ASSERT_FALSE(failed);
  EXPECT_EQ(sql->last_errno(), 1146U);
  EXPECT_EQ(sql->last_sqlstate(), "42S02");
  EXPECT_NE(failed.error().what.find("nothing.here"), std::string::npos) << failed.error().what;
  EXPECT_TRUE(sql->execute("DO 1"));
  EXPECT_EQ(sql->last_errno(), 0U);
}

TEST_F(SqlTest, TwoStatementsInOneCallAreRefused) {
  const auto sql = server_->sql();
  EXPECT_FALSE(sql->execute("DO 1; DO 2"));
  EXPECT_EQ(sql->last_errno(), 1064U);
}

TEST_F(SqlTest, AManyRowedResultIsStreamedAndMayBeLeftEarly) {
  const auto sql = server_->sql();
  std::uint64_t sum = 0;
  ASSERT_TRUE(sql->for_each_row("SELECT seq FROM mysql.seq_1_to_100000", [&](const Row& row) -> Result<void> {
    sum += std::stoull(*row[0]);
    return {};
  }));
  EXPECT_EQ(sum, 5000050000U);
  const auto left = sql->for_each_row("SELECT seq FROM mysql.seq_1_to_100000",
                                      [&](const Row&) -> Result<void> { return fail("enough"); });
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().what, "enough");
  EXPECT_EQ(sql->value("SELECT 7").value(), "7") << "the connection goes on after a result left early";
}

TEST_F(SqlTest, NoServerIsAnErrorWithTheSocket) {
  const auto sql = Sql::connect("/nonexistent/sock", "root", "");
  ASSERT_FALSE(sql);
  EXPECT_EQ(sql.error().where, "/nonexistent/sock");
}

TEST_F(SqlTest, ConnectionsOfSeveralThreadsWorkSideBySide) {
  std::vector<std::thread> threads;
  std::vector<std::string> seen(4);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    threads.emplace_back([&seen, i] {
      auto sql = Sql::connect(server_->socket(), "root", TestServer::kPassword);
      seen[i] = sql ? (*sql)->value("SELECT 6 * " + std::to_string(i)).value().value() : to_text(sql.error());
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"0", "6", "12", "18"}));
}

}  // namespace
}  // namespace rehearsal
