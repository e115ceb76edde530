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
  void log(const std::string& user, const std::string& sql) {
    EXPECT_TRUE(append_file(log_, "# User@Host: " + user + "[" + user +
                                      "] @ localhost [127.0.0.1]\n# Thread_id: 5  Schema: blue  QC_hit: No\n"
                                      "# Query_time: 0.000100  Lock_time: 0.000010  Rows_sent: 0  Rows_examined: 0\n"
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
  TalkClock clock(log_, "blue", true, TalkClock::Moment{0.1, [&] { came = since->seconds(); }});
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

TEST_F(TalkClockTest, OnceDisarmedItsMomentDoesNotCome) {
  bool came = false;
  TalkClock clock(log_, "blue", true, TalkClock::Moment{0.1, [&] { came = true; }});
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
