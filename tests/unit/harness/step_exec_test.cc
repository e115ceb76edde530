// How often a step's command runs, and what its exit statuses mean; on an engine that answers as the test says.
#include "harness/step/step_exec.h"

#include <filesystem>

#include "fakes/fake_engine.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class ExecuteStep : public testing::Test {
 protected:
  void SetUp() override {
    state_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-step").value();
    run_.emplace(RunDir::create(state_).value());
    store_ = Store::open_with(state_, CloneMethod::copy).value();
    step_.id = "blue:2:online";
    step_.service = "blue";
    step_.release = "2";
    step_.phase = Phase::online;
    step_.command = {"blue-manage", "migrate", "50"};
    step_.proof_command = {"blue-manage", "migrate", "5000"};
    step_.config = {{"blue.conf", "connection = ${url:blue}\n"}};
    step_.exit_meaning = {{1, ExitMeaning::more}, {2, ExitMeaning::failed}};
    step_.timeout_seconds = 3600;
    OnlinePattern pattern;
    pattern.line = R"((\w+): (\d+) found, (\d+) migrated)";
    pattern.name_group = 1;
    pattern.found_group = 2;
    pattern.migrated_group = 3;
    service_.name = "blue";
    service_.online = pattern;
  }
  void TearDown() override { remove_tree(state_); }

  [[nodiscard]] LaneContext context() {
    return {.engine = engine_,
            .store = *store_,
            .run = *run_,
            .talk = talk_,
            .service = service_,
            .golden = {},
            .root_password = {},
            .store_dir = state_ / "lane"};
  }
  [[nodiscard]] fs::path dir() const { return run_->step_dir(step_.id); }

  Result<StepOutcome> execute() {
    const LaneContext lane = context();
    return execute_step(step_, {lane, server_, account_, schemas_}, dir());
  }
  Result<void> prove(StepOutcome& outcome) {
    const LaneContext lane = context();
    return prove_online(step_, {lane, server_, account_, schemas_}, dir() / "proof", outcome);
  }

  fs::path state_;
  std::optional<RunDir> run_;
  std::unique_ptr<Store> store_;
  Talk talk_{Loudness::quiet, false};
  Service service_;
  PlanStep step_;
  FakeServer server_;
  FakeEngine engine_;
  ServiceAccount account_{"blue", "secret"};
  std::vector<std::string> schemas_{"blue"};
};

TEST_F(ExecuteStep, RunsACommandOnceOutsideOfOnlineMigrations) {
  step_.phase = Phase::sync;
  engine_.answers = {{"done\n", 0, 2.5}};
  const auto outcome = execute();
  ASSERT_TRUE(outcome) << to_text(outcome.error());
  EXPECT_EQ(engine_.steps.size(), 1U);
  EXPECT_EQ(outcome->meaning, ExitMeaning::ok);
  EXPECT_EQ(outcome->seconds, 2.5);
  EXPECT_EQ(read_file(dir() / "etc/blue.conf").value_or(""),
            "connection = mysql+pymysql://blue:secret@127.0.0.1:3306/blue?charset=utf8\n");
  EXPECT_NE(read_file(dir() / "output.txt").value_or("").find("$ blue-manage migrate 50\ndone\n[exit status 0"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(dir() / "work")) << "what a step wrote there is asked for no more";
}

TEST_F(ExecuteStep, AnUnlistedStatusIsAFailureAndAProgramThatDoesNotStartIsNone) {
  step_.phase = Phase::sync;
  engine_.answers = {{"boom\n", 3}};
  EXPECT_EQ(execute()->meaning, ExitMeaning::failed);
  for (const int status : {126, 127}) {
    engine_.answers = {{"not found\n", status}};
    const auto outcome = execute();
    ASSERT_FALSE(outcome) << status;
    EXPECT_NE(to_text(outcome.error()).find("not found"), std::string::npos);
  }
}

TEST_F(ExecuteStep, RepeatsOnlineMigrationsForAsLongAsThereIsMoreToDo) {
  engine_.answers = {
      {"move: 50 found, 50 migrated\n", 1}, {"move: 7 found, 7 migrated\n", 1}, {"move: 0 found, 0 migrated\n", 0}};
  const auto outcome = execute();
  ASSERT_TRUE(outcome) << to_text(outcome.error());
  EXPECT_EQ(outcome->invocations, 3);
  EXPECT_EQ(outcome->seconds, 3);
  EXPECT_EQ(outcome->online->migrated(), 57);
  EXPECT_EQ(outcome->meaning, ExitMeaning::ok);
  EXPECT_FALSE(outcome->in_doubt);
}

TEST_F(ExecuteStep, MoreToDoWithoutARowMigratedIsAFailure) {
  engine_.answers = {{"Traceback (most recent call last):\nKeyError: 'x'\n", 1}};
  const auto outcome = execute();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->invocations, 1) << "an exception has the exit status that says more";
  EXPECT_EQ(outcome->meaning, ExitMeaning::failed);
}

TEST_F(ExecuteStep, ARowForEverIsGivenUp) {
  engine_.answers = {{"move: 9 found, 1 migrated\n", 1, 0.1}};
  const auto outcome = execute();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->endless);
  EXPECT_EQ(outcome->invocations, 100);
}

TEST_F(ExecuteStep, ALimitThatEndsAPassIsNamedAndEndsTheStep) {
  for (const char* limit : {"time", "idle", "output", "files", "memory", "processes"}) {
    engine_.answers = {{"move: 50 found, 50 migrated\n", 137, 9, limit}};
    const auto outcome = execute();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->limit, limit);
    EXPECT_EQ(outcome->meaning, ExitMeaning::failed) << limit;
    EXPECT_EQ(outcome->invocations, 1) << limit;
  }
}

TEST_F(ExecuteStep, AStepThatSomebodyElseKilledIsToldFromOneThatFails) {
  for (const int signal : {9, 15, 2, 1}) {
    engine_.answers = {{"move: 50 found, 50 migrated\n", 128 + signal, 1}};
    const auto outcome = execute();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->limit, kKilledFromOutside) << signal;
  }
  for (const int status : {0, 1, 2, 128, 128 + 11, 128 + 6, 255}) {
    EXPECT_FALSE(is_killed_from_outside(status)) << status;
  }
}

TEST_F(ExecuteStep, ASampleIsStoppedInItsTimeAndFailsNothing) {
  step_.sample_seconds = 10;
  engine_.answers = {{"move: 900 found, 50 migrated\n", 1, 4}, {"move: 850 found, 50 migrated\n", 137, 6, "time"}};
  const auto outcome = execute();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->sampled);
  EXPECT_FALSE(outcome->timed_out);
  EXPECT_EQ(outcome->meaning, ExitMeaning::ok);
  EXPECT_TRUE(outcome->limit.empty());
  ASSERT_EQ(engine_.steps.size(), 2U);
  EXPECT_EQ(engine_.steps[0].timeout_seconds, 10);
  EXPECT_EQ(engine_.steps[1].timeout_seconds, 6) << "what is left of the sample";
}

TEST_F(ExecuteStep, AProofLooksBehindAFullBatchWithALargerOne) {
  engine_.answers = {{"move: 5000 found, 0 migrated\n", 0},
                     {"move: 6000 found, 1000 migrated\n", 1},
                     {"move: 5000 found, 0 migrated\n", 0}};
  StepOutcome outcome;
  outcome.online.emplace();
  ASSERT_TRUE(prove(outcome));
  ASSERT_GE(engine_.steps.size(), 3U);
  EXPECT_EQ(engine_.steps[0].argv.back(), "5000");
  EXPECT_EQ(engine_.steps[1].argv.back(), "50000");
  ASSERT_TRUE(outcome.proof);
  EXPECT_EQ(outcome.proof->migrated(), 1000) << "rows that the operator's own batches leave behind";
}

TEST_F(ExecuteStep, AProofThatNeverSettlesSaysSo) {
  step_.proof_command.clear();
  engine_.answers = {{"move: 3 found, 0 migrated\n", 1}, {"move: 2 found, 0 migrated\n", 1}};
  for (int i = 0; i < 40; ++i) {
    engine_.answers.push_back({"move: " + std::to_string((i + 1) % 2 + 2) + " found, 0 migrated\n", 1});
  }
  StepOutcome outcome;
  outcome.online.emplace();
  ASSERT_TRUE(prove(outcome));
  EXPECT_TRUE(outcome.unsettled);
  EXPECT_LE(engine_.steps.size(), 22U);
}

}  // namespace
}  // namespace rehearsal
