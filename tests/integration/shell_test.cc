// The states around a failed step can be opened after the run, and opening them changes nothing.

#include <algorithm>
#include <chrono>
#include <thread>

#include "integration/program.h"
#include <nlohmann/json.hpp>
#include <signal.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStep = "cinder:2024.1:sync";
constexpr const char* kNulls = "SELECT COUNT(*) FROM volumes WHERE use_quota IS NULL;";

class Shell : public ::testing::Test {
 protected:
  // One run for all: its step is refused, passes with fixes, and the lane goes on.
  static void SetUpTestSuite() {
    folder_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-shell-test").value();
    const fs::path scenario = case_folder("cinder-use-quota-null-on-deleted") / "scenario.toml";
    const auto ran = run_process(rehearse_command({"run", scenario.string(), "--out", folder_.string(), "--engine",
                                                   "process", "--no-twin", "--no-probes", "--jobs", "1"}));
    ASSERT_TRUE(ran && ran->exit_status == 1) << (ran ? ran->out + ran->err : to_text(ran.error()));
    run_ = nlohmann::json::parse(read_file(folder_ / "report.json").value()).at("run");
    EXPECT_NE(ran->err.find("rehearse shell " + run_ + " --at " + kStep), std::string::npos) << ran->err;
  }
  static void TearDownTestSuite() { remove_tree(folder_); }

  static Command command(const std::string& sql, std::vector<std::string> words) {
    words.insert(words.begin(), {"shell", run_});
    Command command = rehearse_command(words);
    command.input_file = folder_ / "query.sql";
    EXPECT_TRUE(write_file(command.input_file, sql + "\n"));
    return command;
  }
  static ProcessResult shell(const std::string& sql, const std::vector<std::string>& words) {
    return run_process(command(sql, words)).value();
  }

  // Folders of runs, clones in the store and sockets.
  static std::vector<std::string> all_there() {
    std::vector<std::string> names = run_folders(shared_state());
    for (const std::string& folder : std::vector<std::string>(names)) {
      const std::string sockets = "rehearsal-" + fs::path(folder).filename().string();
      if (fs::exists(fs::temp_directory_path() / sockets)) {
        names.push_back(sockets);
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  static inline fs::path folder_;
  static inline std::string run_;
};

TEST_F(Shell, ShowsWhatTheFailedStepFoundAndWhatItLeft) {
  const std::string query = std::string(kNulls) + " SHOW CREATE TABLE quotas;";
  const auto found = shell(query, {"--at", kStep, "-q"});
  EXPECT_EQ(found.exit_status, 0) << found.err;
  EXPECT_TRUE(found.out.starts_with("COUNT(*)\n100\n")) << found.out;
  // Without the fix: the rows in the way are still there, and what was altered before them is altered.
  const auto left = shell(query, {"--at", kStep, "--after", "-q"});
  EXPECT_EQ(left.exit_status, 0) << left.err;
  EXPECT_TRUE(left.out.starts_with("COUNT(*)\n100\n")) << left.out;
  EXPECT_NE(left.out, found.out);
}

TEST_F(Shell, WhatIsChangedGoesAndNothingIsLeftBehind) {
  const auto before = all_there();
  const auto changed = shell(std::string("UPDATE volumes SET use_quota = 1; ") + kNulls, {"--at", kStep, "-q"});
  EXPECT_EQ(changed.out, "COUNT(*)\n0\n") << changed.err;
  EXPECT_EQ(shell(kNulls, {"--at", kStep, "-q"}).out, "COUNT(*)\n100\n");
  EXPECT_EQ(all_there(), before);
}

TEST_F(Shell, SqlThatIsRefusedIsAFailure) {
  const auto refused = shell("SELECT nothing;", {"--at", kStep});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_NE(refused.err.find("Unknown column 'nothing'"), std::string::npos) << refused.err;
}

TEST_F(Shell, AStepWithoutACheckpointIsRefusedWithThoseThatHaveOne) {
  const auto refused = shell("", {"--at", "cinder:2024.1:online"});
  EXPECT_EQ(refused.exit_status, 64);
  EXPECT_NE(refused.err.find(std::string("--at ") + kStep), std::string::npos) << refused.err;
}

TEST_F(Shell, CleanLeavesWhatAShellHoldsAndAStoppedShellLeavesNothing) {
  const auto before = all_there();
  auto open = Child::start(command("SELECT SLEEP(60);", {"--at", kStep}));
  ASSERT_TRUE(open);
  for (int i = 0; i < 200 && all_there() == before; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::seconds(3));
  const auto cleaned = run_process(rehearse_command({"clean"}));
  ASSERT_TRUE(cleaned && cleaned->ok()) << cleaned->err;
  EXPECT_NE(cleaned->out.find("run " + run_ + ", which is still running"), std::string::npos) << cleaned->out;
  EXPECT_TRUE(open->running());
  // The harness alone: its own child must not be needed to pass the word on.
  ::kill(open->pid(), SIGTERM);
  EXPECT_EQ(open->wait(30), 130);
  EXPECT_EQ(shell(kNulls, {"--at", kStep, "-q"}).out, "COUNT(*)\n100\n");
  for (const std::string& name : all_there()) {
    EXPECT_NE(std::find(before.begin(), before.end(), name), before.end()) << name << " is left behind";
  }
}

}  // namespace
}  // namespace rehearsal
