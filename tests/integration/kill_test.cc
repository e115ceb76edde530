// A run that is killed at any moment leaves nothing that `rehearse clean` does not find and remove.

#include <chrono>
#include <set>
#include <thread>

#include "integration/program.h"
#include <nlohmann/json.hpp>
#include <signal.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

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
  // A state directory of its own: whatever is found there is of the run that was killed.
  const fs::path folder = make_unique_dir(fs::temp_directory_path(), "rehearsal-kill-test").value();
  const fs::path state = folder / "state";
  const fs::path scenario = case_folder("control-glance-healthy") / "scenario.toml";
  const auto warm =
      run_process(rehearse_command({"prepare", scenario.string(), "--engine", "process"}, state.string()));
  ASSERT_TRUE(warm && warm->ok()) << (warm ? warm->err : to_text(warm.error()));

  const std::vector<std::string> engines = working_engines();
  const int moments = is_survey() ? 10 : 6;
  for (int moment = 0; moment < moments; ++moment) {
    const std::string& engine = engines[static_cast<std::size_t>(moment) % engines.size()];
    const auto delay = std::chrono::milliseconds(200 + 17000 / moments * moment);
    SCOPED_TRACE("killed after " + std::to_string(delay.count()) + " ms on " + engine);
    auto child = Child::start(rehearse_command({"run", scenario.string(), "--engine", engine}, state.string()));
    ASSERT_TRUE(child);
    std::this_thread::sleep_for(delay);
    ::kill(child->pid(), SIGKILL);
    child->wait();
    const std::set<std::string> runs = runs_in(state);

    const auto cleaned = run_process(rehearse_command({"clean"}, state.string()));
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
  remove_tree(folder);
}

// Two tables of thirty megabytes, so that the load takes a while.
std::string dump_of_two_tables(const fs::path& folder) {
  std::string text = "CREATE DATABASE big;\nUSE big;\n";
  for (const char* table : {"one", "two"}) {
    text += "CREATE TABLE " + std::string(table) + " (id INT PRIMARY KEY, a VARCHAR(100), KEY (a));\n";
    for (int statement = 0; statement < 30; ++statement) {
      text += "INSERT INTO `" + std::string(table) + "` VALUES\n";
      for (int row = 0; row < 10000; ++row) {
        text += (row == 0 ? "(" : ",\n(") + std::to_string(statement * 10000 + row) + ",'" + std::string(86, 'x') +
                std::to_string(row * 7919 % 10007) + "')";
      }
      text += ";\n";
    }
  }
  EXPECT_TRUE(write_file(folder / "two.sql", text));
  return (folder / "two.sql").string();
}

// Everything below the state directory's folders of runs and goldens, and what is mounted.
std::vector<std::string> left_in(const fs::path& state) {
  std::vector<std::string> left = mounts_below(state);
  for (std::string& path :
       paths_in(state, {"runs", "store/runs", "store.d/runs", "store/goldens", "store.d/goldens"})) {
    if (!path.ends_with(".lock")) {
      left.push_back(std::move(path));
    }
  }
  return left;
}

std::size_t goldens_of(const std::string& state) {
  const auto list = run_process(rehearse_command({"snapshot", "list", "--json", "-q"}, state));
  EXPECT_TRUE(list && list->ok()) << (list ? list->err : to_text(list.error()));
  return list ? nlohmann::json::parse(list->out).size() : 0;
}

TEST(Kill, ARestoreThatIsKilledOrInterruptedKeepsNoHalfGolden) {
  const fs::path folder = make_unique_dir(fs::temp_directory_path(), "rehearsal-kill-test").value();
  const std::string state = (folder / "state").string();
  const std::vector<std::string> add = {"snapshot", "add", dump_of_two_tables(folder), "--engine", "process"};
  const int step = is_survey() ? 350 : 800;  // milliseconds
  bool ended = false;
  for (int moment = 1; !ended && moment <= 40; ++moment) {
    const int signal = moment % 2 == 0 ? SIGKILL : SIGINT;
    SCOPED_TRACE("signal " + std::to_string(signal) + " after " + std::to_string(step * moment) + " ms");
    auto child = Child::start(rehearse_command(add, state));
    ASSERT_TRUE(child);
    std::this_thread::sleep_for(std::chrono::milliseconds(step * moment));
    ::kill(child->pid(), signal);  // once: a second interrupt ends it at once
    const int status = child->wait();
    ended = status == 0;
    if (ended) {
      break;
    }
    if (signal == SIGINT) {
      EXPECT_EQ(status, 130);
      EXPECT_TRUE(left_in(state).empty()) << left_in(state).front();
    }
    EXPECT_EQ(goldens_of(state), 0U);
    const auto cleaned = run_process(rehearse_command({"clean"}, state));
    ASSERT_TRUE(cleaned && cleaned->ok()) << cleaned->out << cleaned->err;
    EXPECT_TRUE(left_in(state).empty()) << left_in(state).front();
  }
  EXPECT_TRUE(ended) << "the restore never came to its end";
  EXPECT_EQ(goldens_of(state), 1U);
  const auto again = run_process(rehearse_command(add, state));
  ASSERT_TRUE(again && again->ok()) << again->err;
  EXPECT_NE(again->err.find("restored from the same dumps"), std::string::npos) << again->err;
  ASSERT_TRUE(run_process(rehearse_command({"clean"}, state)));
  remove_tree(folder);
}

}  // namespace
}  // namespace rehearsal
