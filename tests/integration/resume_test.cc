// A run that was broken off at any moment is gone on with and comes to what an undisturbed run comes to.

#include <chrono>
#include <thread>

#include "integration/program.h"
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <signal.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kStep = "cinder:2024.1:sync";
constexpr const char* kOnline = "cinder:2024.1:online";

// What a report says, without its times.
Json gist(const fs::path& folder) {
  const Json report = Json::parse(read_file(folder / "report.json").value());
  Json gist = {{"verdict", report.at("verdict")}, {"steps", Json::array()}, {"findings", Json::array()}};
  for (const Json& step : report.at("steps")) {
    Json entry;
    for (const char* field : {"id", "status", "exit_status", "command", "tables", "schema", "passes_with_fix"}) {
      entry[field] = step.at(field);
    }
    gist["steps"].push_back(entry);
  }
  for (const Json& finding : report.at("findings")) {
    Json entry;
    for (const char* field : {"code", "severity", "step", "table", "columns", "rows", "row_count", "error"}) {
      entry[field] = finding.at(field);
    }
    entry["fix"] = finding.at("fix").is_null() ? Json() : finding.at("fix").at("sql");
    gist["findings"].push_back(entry);
  }
  return gist;
}

class Resume : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-resume-test").value();
    const fs::path original = case_folder("cinder-use-quota-null-on-deleted");
    fs::copy_file(original / "dump.sql.gz", folder_ / "dump.sql.gz");
    scenario_ = folder_ / "scenario.toml";
    const std::string text = read_file(original / "scenario.toml").value();
    ASSERT_TRUE(write_file(scenario_, text + "\n[checkpoints]\nkeep = \"all\"\n"));
    const auto ran = run_process(run_command("whole"));
    ASSERT_TRUE(ran && ran->exit_status == 1) << (ran ? ran->out + ran->err : to_text(ran.error()));
    whole_ = gist(folder_ / "whole");
    whole_run_ = report("whole").at("run");
  }
  static void TearDownTestSuite() {
    remove_tree(folder_);
    EXPECT_TRUE(run_process(rehearse_command({"clean"})));
  }

  static Command run_command(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {
        "run",     scenario_.string(), "--out",       (folder_ / out).string(), "--engine",
        "process", "--no-twin",        "--catalogue", "scenarios/catalogue"};
    words.insert(words.end(), more.begin(), more.end());
    Command command = rehearse_command(words);
    command.directory = REHEARSAL_SOURCE_DIR;
    return command;
  }
  // In another folder than the run was asked for.
  static Command resume_command(const std::string& id) {
    Command command = rehearse_command({"resume", id});
    command.directory = folder_;
    return command;
  }
  static Json report(const std::string& out) { return Json::parse(read_file(folder_ / out / "report.json").value()); }
  // The id of the run that was asked for a report in `out`, as soon as there is one; other tests' runs go on meanwhile.
  static std::string run_for(const std::string& out) {
    std::error_code error;
    for (int i = 0; i < 2000; ++i) {
      for (const auto& entry : fs::directory_iterator(fs::path(shared_state()) / "runs", error)) {
        const Json asked = Json::parse(read_file(entry.path() / "request.json").value_or("{}"), nullptr, false);
        if (asked.is_object() && asked.value("out", "") == (folder_ / out).string() && !asked.value("over", true)) {
          return entry.path().filename().string();
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "no run began";
    return {};
  }

  // Starts a run, waits until it has come to `step` and a little longer, and ends it with `signal`: its id.
  static std::string broken_off(const std::string& step, std::chrono::milliseconds later, int signal) {
    auto child = Child::start(run_command("broken"));
    EXPECT_TRUE(child);
    std::string id = run_for("broken");
    const fs::path begun = fs::path(shared_state()) / "runs" / id / "steps" / replace_all(step, ":", "_");
    while (child->running() && !fs::exists(begun)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::this_thread::sleep_for(later);
    ::kill(child->pid(), signal);
    child->wait();
    return id;
  }

  static inline fs::path folder_;
  static inline fs::path scenario_;
  static inline Json whole_;
  static inline std::string whole_run_;
};

// Within a step's attempts; in the survey also before there is a checkpoint, as a step begins, and after it.
TEST_F(Resume, ARunThatIsKilledAtAnyMomentComesToTheSameEnd) {
  std::vector<std::pair<const char*, int>> moments = {{kStep, 5000}};
  if (is_survey()) {
    moments.insert(moments.end(), {{"cinder:2023.1:online-before", 300}, {kStep, 100}, {kOnline, 400}});
  }
  for (const auto& [step, later] : moments) {
    SCOPED_TRACE(fmt::format("killed {} ms after {} began", later, step));
    const std::string id = broken_off(step, std::chrono::milliseconds(later), SIGKILL);
    ASSERT_FALSE(fs::exists(folder_ / "broken/report.json")) << "the run was over before it was killed";
    // What a run can go on from is spared when it is asked for.
    const auto cleaned = run_process(rehearse_command({"clean", "--keep-clones"}));
    ASSERT_TRUE(cleaned && cleaned->ok()) << cleaned->err;
    const auto resumed = run_process(resume_command(id));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->exit_status, 1) << resumed->err;
    ASSERT_TRUE(fs::exists(folder_ / "broken/report.json")) << resumed->err;
    EXPECT_EQ(gist(folder_ / "broken"), whole_);
    EXPECT_EQ(report("broken").at("run"), id);
    EXPECT_EQ(report("broken").at("resumed").size(), 1);
    if (step != std::string("cinder:2023.1:online-before")) {
      EXPECT_EQ(resumed->err.find("begins at its first step"), std::string::npos) << resumed->err;
    }
    remove_tree(folder_ / "broken");
  }
}

TEST_F(Resume, ARunThatIsStoppedTwiceStillComesToTheSameEnd) {
  const std::string id = broken_off(kStep, std::chrono::milliseconds(500), SIGINT);
  EXPECT_EQ(report("broken").at("verdict"), "INCONCLUSIVE");
  auto again = Child::start(resume_command(id));
  ASSERT_TRUE(again);
  std::this_thread::sleep_for(std::chrono::seconds(5));
  ::kill(again->pid(), SIGINT);
  EXPECT_EQ(again->wait(60), 130);
  const auto resumed = run_process(resume_command(id));
  ASSERT_TRUE(resumed && resumed->exit_status == 1) << resumed->err;
  EXPECT_EQ(gist(folder_ / "broken"), whole_);
  EXPECT_EQ(report("broken").at("resumed").size(), 2);
}

TEST_F(Resume, AStepIsRepeatedOnAnEarlierRunsCheckpoint) {
  const auto ran = run_process(run_command("from", {"--from", kStep}));
  ASSERT_TRUE(ran && ran->exit_status == 1) << ran->err;
  EXPECT_EQ(gist(folder_ / "from"), whole_);
  bool before = true;
  for (const Json& step : report("from").at("steps")) {
    before = before && step.at("id") != kStep;
    EXPECT_EQ(step.at("taken_from"), before ? whole_run_ : "") << step.at("id");
  }
}

TEST_F(Resume, OtherConfigurationBeforeTheStepIsNotTakenOver) {
  const std::string text = read_file(scenario_).value();
  ASSERT_TRUE(write_file(scenario_, replace_all(text, "\"2023.1\" = \"22.0.0\"", "\"2023.1\" = \"22.1.0\"")));
  const auto ran = run_process(run_command("other", {"--from", kStep}));
  ASSERT_TRUE(write_file(scenario_, text));
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->exit_status, 64) << ran->err;
  EXPECT_NE(ran->err.find("no run of these dumps keeps a checkpoint that leads to"), std::string::npos) << ran->err;
}

TEST_F(Resume, WhatCannotBeGoneOnWithIsRefused) {
  const auto over = run_process(resume_command(whole_run_));
  EXPECT_EQ(over->exit_status, 64);
  EXPECT_NE(over->err.find("has finished"), std::string::npos) << over->err;
  const auto unknown = run_process(resume_command("nothing"));
  EXPECT_EQ(unknown->exit_status, 64) << unknown->err;
  const auto step = run_process(run_command("never", {"--from", "cinder:2024.1:nothing"}));
  EXPECT_EQ(step->exit_status, 64);
  EXPECT_NE(step->err.find(kStep), std::string::npos) << step->err;
}

TEST_F(Resume, ALiveRunIsNotTakenOver) {
  auto child = Child::start(run_command("live"));
  ASSERT_TRUE(child);
  const std::string id = run_for("live");
  const auto refused = run_process(resume_command(id));
  EXPECT_EQ(refused->exit_status, 64) << refused->err;
  EXPECT_NE(refused->err.find("is still running"), std::string::npos) << refused->err;
  EXPECT_TRUE(child->running());
  ::kill(child->pid(), SIGINT);
  EXPECT_EQ(child->wait(60), 130);
}

}  // namespace
}  // namespace rehearsal
