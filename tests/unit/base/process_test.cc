#include "base/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"

namespace rehearsal {
namespace {

Command shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, {{"PATH", "/usr/bin:/bin"}}, {}, {}, {}, {}, 0, true};
}

TEST(Process, StreamsAreCapturedAndTheStatusIsTheChilds) {
  const auto result = run_process(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_status, 7);
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
}

TEST(Process, TheEnvironmentIsExactlyWhatIsGiven) {
  Command command = shell("env");
  command.environment["ONLY"] = "this";
  const auto result = run_process(command);
  ASSERT_TRUE(result);
  EXPECT_NE(result->out.find("ONLY=this\n"), std::string::npos);
  EXPECT_EQ(result->out.find("HOME="), std::string::npos);
}

TEST(Process, AnOlderOutputFileDoesNotShowThrough) {
  const auto dir = make_unique_dir(std::filesystem::temp_directory_path(), "rehearsal-test").value();
  Command command = shell("printf '%s' \"$TEXT\"");
  command.output_file = dir / "output.txt";
  for (const char* text : {"a long first output", "short"}) {
    command.environment["TEXT"] = text;
    ASSERT_TRUE(run_process(command));
  }
  EXPECT_EQ(read_file(command.output_file).value(), "short");
  remove_tree(dir);
}

TEST(Process, NoDescriptorOfOursReachesTheChild) {
  const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GE(leak, 0);
  const auto result = run_process(shell("ls /proc/self/fd | wc -l"));
  ::close(leak);
  ASSERT_TRUE(result);
  EXPECT_LE(std::stoi(result->out), 4);  // three streams, and the folder that ls reads
}

TEST(Process, AFileThatItIsToHaveIsOpenAtItsNumber) {
  const auto dir = make_unique_dir(std::filesystem::temp_directory_path(), "rehearsal-test").value();
  ASSERT_TRUE(write_file(dir / "words", "of the file\n"));
  Command command = shell("cat /proc/self/fd/50");
  command.open_files[50] = dir / "words";
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->out, "of the file\n");
  command.open_files[50] = dir / "nothing";
  EXPECT_FALSE(run_process(command));
  remove_tree(dir);
}

TEST(Process, WhatPrintsTooMuchIsEndedAndItsOutputIsAsLargeAsItMayBe) {
  const auto dir = make_unique_dir(std::filesystem::temp_directory_path(), "rehearsal-test").value();
  Command command = shell("while :; do echo many words; echo and errors >&2; done");
  command.output_bytes = 100000;
  command.output_file = dir / "output.txt";
  command.error_file = command.output_file;
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->ended_by, "output");
  EXPECT_FALSE(result->timed_out);
  EXPECT_FALSE(result->ok());
  EXPECT_EQ(std::filesystem::file_size(command.output_file), 100000U);
  remove_tree(dir);
}

TEST(Process, UnderALimitEveryWordArrivesInItsStream) {
  Command command = shell("i=0; while [ $i -lt 3000 ]; do echo $i; echo e$i >&2; i=$((i+1)); done; exit 3");
  command.output_bytes = 1 << 20;
  command.idle_seconds = 30;
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->exit_status, 3);
  EXPECT_EQ(result->ended_by, "");
  EXPECT_TRUE(result->out.starts_with("0\n1\n"));
  EXPECT_TRUE(result->out.ends_with("2999\n"));
  EXPECT_TRUE(result->err.ends_with("e2999\n"));
}

TEST(Process, SilenceEndsWhatMustSpeak) {
  Command command = shell("echo begun; sleep 0.6; echo again; sleep 60");
  command.idle_seconds = 1;
  const Stopwatch watch;
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->ended_by, "idle");
  EXPECT_EQ(result->out, "begun\nagain\n");
  EXPECT_GT(watch.seconds(), 1.5);
  EXPECT_LT(watch.seconds(), 10);
}

TEST(Process, AWatchEndsItWithAWord) {
  Command command = shell("sleep 60");
  command.watch = [](int pid) { return pid > 0 ? "enough" : ""; };
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->ended_by, "enough");
  EXPECT_LT(result->seconds, 10);
}

TEST(Process, ATimeoutKillsTheWholeGroup) {
  Command command = shell("sleep 60 & sleep 60");
  command.timeout_seconds = 0.3;
  const Stopwatch watch;
  const auto result = run_process(command);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->timed_out);
  EXPECT_LT(watch.seconds(), 5);
}

TEST(Process, AnInterruptIsAnError) {
  interrupt_now_for_tests(true);
  const auto result = run_process(shell("sleep 60"));
  interrupt_now_for_tests(false);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::interrupted);
}

TEST(Process, AMissingProgramSaysSo) {
  Command command;
  command.argv = {"no-such-program-anywhere"};
  const auto result = run_process(command);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().where, "no-such-program-anywhere");
}

TEST(Process, AFailureCarriesWhatTheProgramSaid) {
  const auto result = run_checked(shell("echo 'disk is full' >&2; exit 3"));
  ASSERT_FALSE(result);
  EXPECT_NE(to_text(result.error()).find("disk is full"), std::string::npos);
  EXPECT_NE(to_text(result.error()).find("3"), std::string::npos);
}

TEST(Process, ADroppedChildIsKilled) {
  int pid = 0;
  {
    auto child = Child::start(shell("sleep 60"));
    ASSERT_TRUE(child);
    pid = child->pid();
    EXPECT_TRUE(child->running());
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace rehearsal
