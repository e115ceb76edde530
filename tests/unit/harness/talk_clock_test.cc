// The time in which a step talks to its server, and the moment in it at which something is done.
#include "harness/step/talk_clock.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class TalkClockTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-talk").value();
    log_ = dir_ / "statements.log";
    ASSERT_TRUE(write_file(log_, ""));
  }
  void TearDown() override { remove_tree(dir_); }

  // As the server writes it.
  void log(const std::string& user, const std::string& sql, const std::string& seconds = "0.000100") {
    EXPECT_TRUE(append_file(log_, "# User@Host: " + user + "[" + user +
                                      "] @ localhost [127.0.0.1]\n# Thread_id: 5  Schema: blue  QC_hit: No\n"
                                      "# Query_time: " +
                                      seconds +
                                      "  Lock_time: 0.000010  Rows_sent: 0  Rows_examined: 0\n"
                                      "# Rows_affected: 0  Bytes_sent: 11\nSET timestamp=1795574232;\n" +
                                      sql + ";\n"));
  }
  static void wait(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

  fs::path dir_, log_;
};

TEST_F(TalkClockTest, GoesFromTheFirstStatementOfTheStepToItsLast) {
  TalkClock clock(log_, "blue", false);
  wait(100);
  log("root", "SELECT 1");
  wait(100);
  log("blue", "SELECT 1");
  log("blue", "CREATE TABLE t (a INT)");
  wait(200);
  log("blue", "COMMIT");
  log("root", "SELECT 1");
  wait(300);
  const auto talk = clock.stop();
  ASSERT_TRUE(talk);
  EXPECT_EQ(talk->statements, 3);
  EXPECT_EQ(talk->schema_statements, 1);
  EXPECT_GT(talk->seconds, 0.15);
  EXPECT_LT(talk->seconds, 0.4) << "neither what came before the first nor what came after the last";
}

TEST_F(TalkClockTest, ItsMomentComesSoLongAfterTheFirstStatement) {
  std::optional<Stopwatch> since;
  std::optional<double> came;
  TalkClock clock(log_, "blue", true, TalkClock::Moment{.seconds = 0.1, .act = [&] { came = since->seconds(); }});
  wait(200);
  since.emplace();
  log("blue", "SELECT 1");
  log("blue", "DROP TABLE t");
  wait(400);
  log("blue", "COMMIT");
  EXPECT_TRUE(clock.disarm());
  const auto talk = clock.stop();
  ASSERT_TRUE(talk && came);
  EXPECT_GE(*came, 0.09);
  EXPECT_LT(*came, 0.3);
  EXPECT_NEAR(talk->seconds, *came, 0.05);
  EXPECT_EQ(talk->statements, 3) << "what the server had begun comes to its end";
}

TEST_F(TalkClockTest, KnowsTheLongestSchemaStatementAndComesAfterAnyOne) {
  bool came = false;
  TalkClock clock(log_, "blue", true, TalkClock::Moment{.seconds = 0.02, .after = 3, .act = [&] { came = true; }});
  log("blue", "SELECT 1", "9.000000");
  log("blue", "ALTER TABLE t ADD a INT", "0.500000");
  wait(200);
  EXPECT_FALSE(came);
  log("blue", "ALTER TABLE t ADD b INT", "1.500000");
  wait(200);
  log("blue", "ALTER TABLE t ADD c INT", "0.700000");
  log("blue", "ALTER TABLE t MODIFY c BIGINT", "5.000000");
  log("blue", "CREATE TABLE IF NOT EXISTS u (a INT)", "6.000000");
  EXPECT_TRUE(clock.disarm());
  const auto talk = clock.stop();
  ASSERT_TRUE(talk);
  EXPECT_EQ(talk->longest_schema, 3);
  EXPECT_DOUBLE_EQ(talk->longest_schema_seconds, 1.5);
}

TEST_F(TalkClockTest, WhereAllSchemaStatementsCanBeRepeatedItIsTheLongestOfThem) {
  TalkClock clock(log_, "blue", true);
  log("blue", "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", "0.500000");
  log("blue", "ALTER TABLE t MODIFY c BIGINT", "5.000000");
  log("blue", "ALTER TABLE t CHANGE c c INT", "2.000000");
  EXPECT_EQ(clock.stop()->longest_schema, 2);
}

TEST_F(TalkClockTest, OnceDisarmedItsMomentDoesNotCome) {
  bool came = false;
  TalkClock clock(log_, "blue", true, TalkClock::Moment{.seconds = 0.1, .act = [&] { came = true; }});
  log("blue", "SELECT 1");
  log("blue", "SELECT 2");
  EXPECT_FALSE(clock.disarm());
  wait(200);
  EXPECT_EQ(clock.stop()->statements, 2);
  EXPECT_FALSE(came);
}

TEST_F(TalkClockTest, WithoutALogThereIsNoTime) {
  TalkClock clock(dir_ / "none.log", "blue", true);
  wait(20);
  EXPECT_FALSE(clock.stop());
}

}  // namespace
}  // namespace rehearsal
