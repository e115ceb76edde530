// A run that is killed at any moment leaves nothing that `rehearse clean` does not find and remove.

#include <chrono>
#include <set>
#include <thread>

#include "integration/program.h"
#include <signal.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

constexpr int kMoments = 10;

std::vector<std::string> mounts_below(const fs::path& state) {
  std::vector<std::string> mounts;
  for (const std::string& line : lines_of(read_file("/proc/self/mountinfo").value())) {
    if (line.find(state.string()) != std::string::npos) {
      mounts.push_back(line);
    }
  }
  return mounts;
}

std::vector<std::string> processes_of(const std::string& run) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string command = read_file(entry.path() / "cmdline").value_or("");
    if (command.find("rehearsal-" + run) != std::string::npos) {
      found.push_back(replace_all(command, std::string(1, '\0'), " "));
    }
  }
  return found;
}

std::string containers_of(const std::string& run) {
  const auto result = run_process({{"docker", "ps", "-a", "-q", "--filter", "label=rehearsal.run=" + run},
                                   own_environment(),
                                   {},
                                   {},
                                   {},
                                   {},
                                   60,
                                   true});
  return result ? std::string(trim(result->out)) : "";
}

std::set<std::string> runs_in(const fs::path& state) {
  std::set<std::string> runs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(state / "runs", error)) {
    runs.insert(entry.path().filename().string());
  }
  return runs;
}

TEST(Kill, LeavesNothingThatCleanDoesNotRemove) {
  const fs::path state = shared_state();
  const fs::path scenario = case_folder("control-glance-healthy") / "scenario.toml";
  const auto warm = run_process(rehearse_command({"prepare", scenario.string(), "--engine", "process"}));
  ASSERT_TRUE(warm && warm->ok()) << warm->err;
  const std::set<std::string> before = runs_in(state);

  const std::vector<std::string> engines = working_engines();
  for (int moment = 0; moment < kMoments; ++moment) {
    const std::string& engine = engines[static_cast<std::size_t>(moment) % engines.size()];
    const auto delay = std::chrono::milliseconds(200 + 1700 * moment);
    SCOPED_TRACE("killed after " + std::to_string(delay.count()) + " ms on " + engine);
    auto child = Child::start(rehearse_command({"run", scenario.string(), "--engine", engine}));
    ASSERT_TRUE(child);
    std::this_thread::sleep_for(delay);
    ::kill(child->pid(), SIGKILL);
    child->wait();
    std::set<std::string> runs = runs_in(state);
    std::erase_if(runs, [&](const std::string& run) { return before.contains(run); });

    const auto cleaned = run_process(rehearse_command({"clean"}));
    ASSERT_TRUE(cleaned);
    EXPECT_EQ(cleaned->exit_status, 0) << cleaned->out << cleaned->err;
    EXPECT_TRUE(mounts_below(state).empty()) << mounts_below(state).front();
    for (const std::string& run : runs) {
      EXPECT_TRUE(processes_of(run).empty()) << processes_of(run).front();
      EXPECT_EQ(containers_of(run), "");
      EXPECT_FALSE(fs::exists(fs::temp_directory_path() / ("rehearsal-" + run)));
      for (const char* store : {"store/runs", "store.d/runs"}) {
        EXPECT_FALSE(fs::exists(state / store / run)) << store;
      }
    }
  }
  // A run that ended before its moment keeps its report; all others are gone.
  for (const std::string& run : runs_in(state)) {
    EXPECT_TRUE(fs::exists(state / "runs" / run / "report.json")) << run;
  }
}

}  // namespace
}  // namespace rehearsal
