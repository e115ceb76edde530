#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/os/calls.h"
#include "base/os/faults.h"
#include "base/os/power_cut.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

os::FaultPlan plan_of(const std::string& text) {
  os::FaultPlan plan;
  std::string problem;
  EXPECT_TRUE(os::parse_plan(text, plan, problem)) << problem;
  return plan;
}

std::string problem_of(const std::string& text) {
  os::FaultPlan plan;
  std::string problem;
  EXPECT_FALSE(os::parse_plan(text, plan, problem));
  return problem;
}

class OsFaults : public testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "faults").value(); }
  void TearDown() override { remove_tree(dir_); }
  fs::path dir_;
};

TEST(FaultPlan, IsReadLineByLine) {
  const os::FaultPlan plan = plan_of(
      "# a disk that fills\n\nbase/files.cc:12 write_file>write 3+ ENOSPC\n"
      "* sql.statement 2 drop\nrecord /tmp/reached\nhit /tmp/hits\n");
  ASSERT_EQ(plan.rules.size(), 2U);
  EXPECT_EQ(plan.rules[0].place, "base/files.cc:12");
  EXPECT_EQ(plan.rules[0].call, "write_file>write");
  EXPECT_EQ(plan.rules[0].number, 3U);
  EXPECT_TRUE(plan.rules[0].onwards);
  EXPECT_EQ(plan.rules[0].fault.number, ENOSPC);
  EXPECT_EQ(plan.rules[1].fault.kind, os::FaultKind::drop);
  EXPECT_EQ(plan.record, "/tmp/reached");
  EXPECT_EQ(plan.hits, "/tmp/hits");
}

TEST(FaultPlan, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(problem_of("\n*"), "line 2: a line is PLACE CALL NUMBER FAULT, record FILE or hit FILE");
  EXPECT_EQ(problem_of("* open 0 EIO"), "line 1: '0' is not a number from 1 on, with or without a +");
  EXPECT_EQ(problem_of("* open 1x EIO"), "line 1: '1x' is not a number from 1 on, with or without a +");
  EXPECT_EQ(problem_of("* open 1 EWHAT"), "line 1: 'EWHAT' is not a fault");
  EXPECT_EQ(problem_of("* open 1 EIO more"), "line 1: 'more' is one word too many");
}

TEST(FaultPlan, EveryFaultHasAWordThatIsReadAgain) {
  for (const char* word : {"EIO", "ENOSPC", "EMFILE", "EINTR", "EPIPE", "short", "kill-child", "drop", "later",
                           "earlier", "die", "power-cut"}) {
    os::Fault fault;
    ASSERT_TRUE(os::parse_fault(word, fault));
    EXPECT_EQ(os::fault_word(fault), word);
  }
}

TEST_F(OsFaults, OnlyTheNthCallOfTheSiteFails) {
  const os::FaultsInForce faults(plan_of("tests/unit/base/os_faults_test.cc open 2 EMFILE"));
  const auto open_it = [&] {
    const int fd = os::open("/dev/null", O_RDONLY);
    const int error = errno;
    if (fd >= 0) {
      ::close(fd);
    }
    return fd >= 0 ? 0 : error;
  };
  EXPECT_EQ(open_it(), 0);
  EXPECT_EQ(open_it(), EMFILE);
  EXPECT_EQ(open_it(), 0);
  EXPECT_EQ(os::FaultsInForce::hits(), 1U);
}

TEST_F(OsFaults, FromAPlusOnAllFail) {
  const os::FaultsInForce faults(plan_of("* statvfs 2+ EIO"));
  EXPECT_TRUE(free_bytes(dir_));
  EXPECT_FALSE(free_bytes(dir_));
  EXPECT_FALSE(free_bytes(dir_));
}

TEST_F(OsFaults, AFaultBehindADoorIsItsCallers) {
  const os::FaultsInForce faults(plan_of("tests/unit/base/os_faults_test.cc write_file>fsync 1 EIO"));
  const auto written = write_file(dir_ / "a", "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().what, "cannot write: Input/output error");
  EXPECT_FALSE(fs::exists(dir_ / "a"));
}

TEST_F(OsFaults, AClockJumpsForEverybodyAndIsSetRightAgain) {
  const Stopwatch before;
  const std::string today = utc_now();
  {
    const os::FaultsInForce faults(plan_of("* clock.steady 1 later\n* clock.wall 1 later\n"));
    EXPECT_GT(before.seconds(), 86000);
    EXPECT_GT(*parse_utc(utc_now()) - *parse_utc(today), 86000);
    EXPECT_GT(*parse_utc(utc_now()) - *parse_utc(today), 86000);
  }
  EXPECT_LT(before.seconds(), 1000);
  EXPECT_LT(*parse_utc(utc_now()) - *parse_utc(today), 1000);
}

class PowerCut : public OsFaults {
 protected:
  void SetUp() override {
    OsFaults::SetUp();
    os::watch_for_power_cut(true);
  }
  void TearDown() override {
    os::watch_for_power_cut(false);
    OsFaults::TearDown();
  }
  // Writes with the calls of base/os alone.
  void put(const std::string& name, const std::string& text, bool flush) {
    const int fd = os::open((dir_ / name).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ASSERT_EQ(os::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    if (flush) {
      ASSERT_EQ(os::fsync(fd), 0);
    }
    os::close(fd);
  }
  [[nodiscard]] std::string text_of(const std::string& name) const { return read_file(dir_ / name).value_or("(gone)"); }
};

TEST_F(PowerCut, TakesWhatWasNotFlushedAndNothingElse) {
  put("flushed", "all", true);
  put("flushed", " and more", false);
  put("new", "lost", false);
  os::drop_what_is_not_flushed();
  EXPECT_EQ(text_of("flushed"), "all");
  EXPECT_EQ(text_of("new"), "(gone)");
}

TEST_F(PowerCut, UndoesANameWhoseFolderWasNotFlushed) {
  put("old", "old", true);
  put("part", "new", true);
  ASSERT_EQ(os::rename((dir_ / "part").c_str(), (dir_ / "old").c_str()), 0);
  os::drop_what_is_not_flushed();
  EXPECT_EQ(text_of("old"), "old");
  EXPECT_EQ(text_of("part"), "new");
}

TEST_F(PowerCut, TakesWhatLiesInAFolderThatWasRenamed) {
  ASSERT_EQ(os::mkdir((dir_ / "folder").c_str(), 0700), 0);
  put("folder/lost", "lost", false);
  put("folder/kept", "kept", true);
  ASSERT_TRUE(rename_durably(dir_ / "folder", dir_ / "named"));
  os::drop_what_is_not_flushed();
  EXPECT_EQ(text_of("named/lost"), "(gone)");
  EXPECT_EQ(text_of("named/kept"), "kept");
}

TEST_F(PowerCut, SparesANameThatWasFlushed) {
  put("old", "old", true);
  ASSERT_TRUE(write_file(dir_ / "old", "new"));
  os::drop_what_is_not_flushed();
  EXPECT_EQ(text_of("old"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()), 1) << "nothing is left beside it";
}

}  // namespace
}  // namespace rehearsal
