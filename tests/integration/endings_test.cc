// How the program ends: at Ctrl-C whatever it waits for, where its output goes nowhere, where there is no room.

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>

#include "integration/program.h"
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/clock.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class Endings : public testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir("/tmp", "rehearsal-endings").value(); }
  void TearDown() override { remove_tree(dir_); }

  // A dump whose first statement but one never ends.
  fs::path sleeping_dump() {
    fs::path dump = dir_ / "sleeps.sql";
    EXPECT_TRUE(write_file(dump,
                           "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n"
                           "-- Host: localhost    Database: thing\n"
                           "-- ------------------------------------------------------\n"
                           "-- Server version\t10.11.6-MariaDB\n\n"
                           "CREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n"
                           "INSERT INTO `t` VALUES (SLEEP(600));\n"
                           "-- Dump completed on 2026-11-28  1:00:00\n"));
    return dump;
  }

  // Waits until `words` stand in the program's talk.
  bool hears(const fs::path& talk, const std::string& words, Child& child) {
    for (int i = 0; i < 600 && child.running(); ++i) {
      if (read_file(talk).value_or("").find(words) != std::string::npos) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }

  // Presses Ctrl-C and waits until the program has taken the signal: two that come together are one to the kernel.
  void press_ctrl_c(Child& child) {
    ::kill(child.pid(), SIGINT);
    const Stopwatch watch;
    while (watch.seconds() < 5 && is_pending(child.pid(), SIGINT)) {
    }
  }

  bool is_pending(int pid, int number) {
    for (const std::string& line : lines_of(read_file(fmt::format("/proc/{}/status", pid)).value_or(""))) {
      if (line.starts_with("ShdPnd:")) {
        return (std::strtoull(line.c_str() + std::strlen("ShdPnd:"), nullptr, 16) >> (number - 1) & 1) != 0;
      }
    }
    return false;
  }

  fs::path dir_;
};

TEST_F(Endings, AStatementThatSleepsHearsTheFirstCtrlC) {
  Command command =
      rehearse_command({"snapshot", "add", sleeping_dump().string(), "--schema", "thing", "--engine", "process"},
                       (dir_ / "state").string());
  command.error_file = dir_ / "talk.txt";
  auto child = Child::start(command);
  ASSERT_TRUE(child) << to_text(child.error());
  ASSERT_TRUE(hears(command.error_file, "restoring", *child)) << read_file(command.error_file).value_or("");
  std::this_thread::sleep_for(std::chrono::seconds(6));
  ASSERT_TRUE(child->running()) << read_file(command.error_file).value_or("");
  const Stopwatch watch;
  ::kill(child->pid(), SIGINT);
  EXPECT_EQ(child->wait(60), 130) << read_file(command.error_file).value_or("");
  EXPECT_LT(watch.seconds(), 20);
  EXPECT_NE(read_file(command.error_file).value_or("").find("stopped by the operator"), std::string::npos);
}

TEST_F(Endings, TheSecondCtrlCEndsAtOnceAndSaysWhatIsLeft) {
  Command command =
      rehearse_command({"snapshot", "add", sleeping_dump().string(), "--schema", "thing", "--engine", "process"},
                       (dir_ / "state").string());
  command.error_file = dir_ / "talk.txt";
  auto child = Child::start(command);
  ASSERT_TRUE(child) << to_text(child.error());
  ASSERT_TRUE(hears(command.error_file, "restoring", *child)) << read_file(command.error_file).value_or("");
  std::this_thread::sleep_for(std::chrono::seconds(8));  // the server has to start first
  press_ctrl_c(*child);  // what follows comes at once: the first alone would end all within a moment
  const Stopwatch watch;
  press_ctrl_c(*child);
  EXPECT_EQ(child->wait(30), 130);
  EXPECT_LT(watch.seconds(), 2);
  const std::string said = read_file(command.error_file).value_or("");
  EXPECT_NE(said.find("rehearse clean"), std::string::npos) << said;
  ASSERT_TRUE(run_process(rehearse_command({"clean"}, (dir_ / "state").string())));
}

TEST_F(Endings, OutputThatCannotBeWrittenIsAnError) {
  for (const char* command : {"list", "doctor"}) {
    Command full = rehearse_command({command, "--engine", "process"}, (dir_ / "state").string());
    full.output_file = "/dev/full";
    const auto result = run_process(full);
    ASSERT_TRUE(result) << to_text(result.error());
    EXPECT_EQ(result->exit_status, 2) << command;
    EXPECT_NE(result->err.find("standard output cannot be written"), std::string::npos) << result->err;
  }
}

TEST_F(Endings, AFolderThatCannotHoldTheReportIsRefusedBeforeAnythingRuns) {
  const fs::path scenario = dir_ / "scenario.toml";
  ASSERT_TRUE(write_file(scenario, "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"" +
                                       (case_folder("control-glance-healthy") / "dump.sql.gz").string() + "\"]\n"));
  ASSERT_TRUE(write_file(dir_ / "file", "x"));
  ASSERT_TRUE(make_private_dir(dir_ / "taken/report.json"));
  for (const fs::path& out : {dir_ / "file", dir_ / "file/below", dir_ / "taken", fs::path("/proc/report")}) {
    const Stopwatch watch;
    const auto result =
        run_process(rehearse_command({"run", scenario.string(), "--out", out.string()}, (dir_ / "state").string()));
    ASSERT_TRUE(result) << to_text(result.error());
    EXPECT_EQ(result->exit_status, 64) << out << ": " << result->err;
    EXPECT_LT(watch.seconds(), 20);
    EXPECT_TRUE(paths_in(dir_ / "state", {"runs"}).empty());
  }
}

// The folder could hold the report when the run began, and cannot when there is one.
TEST_F(Endings, AVerdictThatIsReachedIsToldAndKeptWhateverBecomesOfItsFolder) {
  const fs::path scenario = dir_ / "scenario.toml";
  ASSERT_TRUE(write_file(scenario, "[path]\nfrom = \"2023.1\"\nto = \"2023.1\"\n[snapshot]\ndumps = [\"" +
                                       (case_folder("placement-online-never-ends") / "dump.sql.gz").string() +
                                       "\"]\n[service.placement]\nrunner = \"command\"\ncommand = [\"/bin/sh\", "
                                       "\"-c\", \"sleep 2\", \"placement\"]\n"));
  const fs::path out = dir_ / "out";
  const auto run = [&](const std::function<void()>& spoil) {
    Command command =
        rehearse_command({"run", scenario.string(), "--out", out.string(), "--engine", "process", "--no-twin"},
                         (dir_ / "state").string());
    command.output_file = dir_ / "said.txt";
    command.error_file = dir_ / "talk.txt";
    auto child = Child::start(command);
    ASSERT_TRUE(child) << to_text(child.error());
    ASSERT_TRUE(hears(command.error_file, "step 1 of", *child)) << read_file(command.error_file).value_or("");
    spoil();
    EXPECT_EQ(child->wait(300), 2);
    const std::string talk = read_file(command.error_file).value_or("");
    EXPECT_NE(talk.find("the verdict is reached, but its report cannot be written"), std::string::npos) << talk;
    const std::string said = read_file(command.output_file).value_or("");
    const std::size_t at = said.find("  run ");
    ASSERT_NE(at, std::string::npos) << said;
    const std::string verdict = said.substr(0, said.find(' '));
    const std::string id = said.substr(at + 6, said.find(' ', at + 6) - at - 6);
    EXPECT_NE(talk.find("rehearse report " + id + " --format html"), std::string::npos) << talk;
    const auto kept = run_process(rehearse_command({"report", id, "--format", "json"}, (dir_ / "state").string()));
    ASSERT_TRUE(kept && kept->ok()) << (kept ? kept->err : to_text(kept.error()));
    EXPECT_EQ(nlohmann::json::parse(kept->out).at("verdict"), verdict);
  };
  run([&] {
    remove_tree(out);
    ASSERT_TRUE(write_file(out, "x"));
  });
  fs::remove(out);
  ASSERT_TRUE(make_private_dir(out));
  if (::mount("tmpfs", out.c_str(), "tmpfs", 0, "size=128k,mode=700") != 0) {
    GTEST_SKIP() << "only root can mount a disk that is full";
  }
  run([&] { EXPECT_FALSE(append_file(out / "all", std::string(200 << 10, 'x'))); });
  ::umount(out.c_str());
}

TEST_F(Endings, AStateDirectoryWithoutRoomIsNotReady) {
  const fs::path small = dir_ / "small";
  ASSERT_TRUE(make_private_dir(small));
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m,mode=700") != 0) {
    GTEST_SKIP() << "only root can mount a disk of 1 MB";
  }
  const auto result = run_process(rehearse_command({"doctor", "--json", "--engine", "process"}, small.string()));
  ::umount(small.c_str());
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->exit_status, 2) << result->out << result->err;
  const auto report = nlohmann::json::parse(result->out);
  EXPECT_FALSE(report.at("ready").get<bool>());
  EXPECT_FALSE(report.at("state").at("problems").empty());
}

// Spaces, commas, quotes, letters of other alphabets, and a path longer than a socket or a program's first line may
// have: the services' programs are installed and run there too.
TEST_F(Endings, AStateDirectoryMayHaveAnyName) {
  const fs::path state = dir_ / "with space, comma \'and\" ümläut 状态" / std::string(120, 'l') / "state";
  const fs::path story = case_folder("placement-redundant-index-already-dropped");
  const std::vector<std::string> engines = working_engines();
  for (const std::string& engine : engines) {
    const std::string of_engine = (state / engine).string();
    const auto added = run_process(
        rehearse_command({"snapshot", "add", (story / "dump.sql.gz").string(), "--engine", engine}, of_engine));
    ASSERT_TRUE(added) << to_text(added.error());
    EXPECT_EQ(added->exit_status, 0) << engine << ": " << added->err;
    EXPECT_EQ(fs::status(state / engine).permissions() & fs::perms::mask, fs::perms::owner_all);
  }
  const std::string& engine = engines.back();
  const auto ran = run_process(rehearse_command(
      {"run", (story / "scenario.toml").string(), "--engine", engine, "--out", (dir_ / "out").string(), "--no-twin"},
      (state / engine).string()));
  ASSERT_TRUE(ran) << to_text(ran.error());
  EXPECT_EQ(ran->exit_status, 1) << engine << ": " << ran->err;
  EXPECT_NE(ran->out.find("Can't DROP INDEX `resource_providers_uuid_idx`"), std::string::npos) << ran->out;
  for (const std::string& one : engines) {
    ASSERT_TRUE(run_process(rehearse_command({"clean"}, (state / one).string())));
  }
}

// `ulimit -n 64`: whoever may raises it, others are told.
TEST_F(Endings, FewOpenFilesAreRaisedOrRefused) {
  Command command = rehearse_command(
      {"snapshot", "add", (case_folder("control-glance-healthy") / "dump.sql.gz").string(), "--engine", "process"},
      (dir_ / "state").string());
  command.argv.insert(command.argv.begin(), {"prlimit", "--nofile=64:64"});
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  if (result->exit_status != 0) {
    EXPECT_EQ(result->exit_status, 2);
    EXPECT_NE(result->err.find("`ulimit -n 16384`"), std::string::npos) << result->err;
  }
  EXPECT_FALSE(result->timed_out);
  ASSERT_TRUE(run_process(rehearse_command({"clean"}, (dir_ / "state").string())));
}

}  // namespace
}  // namespace rehearsal
