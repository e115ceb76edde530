// A program that is loaded once and asked twice; the engine's part of it is played by files.
#include "harness/probes/asker.h"

#include <chrono>
#include <functional>
#include <string>

#include "fakes/fake_engine.h"
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

// Runs until it is killed, and does what `act` says in the mailbox.
class AskingEngine final : public Engine {
 public:
  explicit AskingEngine(std::function<bool(const fs::path&)> act) : act_(std::move(act)) {}
  [[nodiscard]] EngineKind kind() const override { return EngineKind::process; }
  [[nodiscard]] Result<std::string> platform() override { return "here"; }
  [[nodiscard]] Result<std::string> server_version() override { return "mariadb 10.11.14"; }
  Result<void> prepare() override { return {}; }
  Result<void> prepare_image(const std::string&) override { return {}; }
  Result<void> make_database(const fs::path&, const std::string&) override { return {}; }
  [[nodiscard]] Result<std::unique_ptr<Server>> start(const ServerSpec&) override { return fail("no servers"); }
  [[nodiscard]] Result<ProcessResult> run_with_network(const StepSpec&) override { return fail("no network"); }
  Result<std::vector<std::string>> remove_leftovers(const std::vector<std::string>&) override {
    return std::vector<std::string>{};
  }
  [[nodiscard]] Result<ProcessResult> run_step(Server&, const StepSpec& step) override {
    spec = step;
    ProcessResult result;
    static_cast<void>(write_file(step.output_file, "some lines\nModuleNotFoundError: No module named 'blue'\n"));
    while (step.killed_for().empty()) {
      if (!act_(step.mounts.front().from)) {
        result.exit_status = 1;
        return result;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    result.ended_by = step.killed_for();
    return result;
  }

  StepSpec spec;

 private:
  std::function<bool(const fs::path&)> act_;
};

class AskerTest : public testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-asker").value(); }
  void TearDown() override { remove_tree(dir_); }
  [[nodiscard]] AskerWish wish() const {
    return {.name = "one",
            .run = "run",
            .runner = {},
            .loader = "/catalogue/loaders/blue.py",
            .clones = dir_,
            .dir = dir_,
            .limits = {}};
  }

  fs::path dir_;
  FakeServer server_;
};

TEST_F(AskerTest, IsLoadedOnceAndAskedAgain) {
  AskingEngine engine([](const fs::path& mailbox) {
    for (int i = 0; i < 3; ++i) {
      const fs::path answer = mailbox / ("answer-" + std::to_string(i) + ".json");
      const bool asked = i == 0 || is_there(mailbox / ("ask-" + std::to_string(i) + ".json")).value();
      if (asked && !is_there(answer).value()) {
        static_cast<void>(write_file(answer, R"({"seconds": 2, "classes": 7, "answers": []})"));
      }
    }
    return true;
  });
  {
    const auto asker = Asker::start(engine, server_, wish());
    ASSERT_TRUE(asker) << to_text(asker.error());
    EXPECT_EQ((*asker)->loaded().classes, 7);
    EXPECT_TRUE((*asker)->ask("{}"));
    EXPECT_TRUE((*asker)->ask("{}"));
    EXPECT_EQ(engine.spec.argv.back(), "/rehearsal/work");
    EXPECT_EQ(engine.spec.limits.idle_seconds, 0);
  }
  EXPECT_FALSE(is_there(dir_ / "mailbox").value());  // it held a password
}

TEST_F(AskerTest, AProgramThatEndsSaysWhy) {
  AskingEngine engine([](const fs::path&) { return false; });
  const auto asker = Asker::start(engine, server_, wish());
  ASSERT_FALSE(asker);
  EXPECT_EQ(asker.error().what, "it ended with exit status 1: ModuleNotFoundError: No module named 'blue'");
}

TEST_F(AskerTest, WhatCannotBeLoadedIsToldInItsOwnWords) {
  AskingEngine engine([](const fs::path& mailbox) {
    static_cast<void>(write_file(mailbox / "answer-0.json", R"({"failed": "LookupError: no mapped classes"})"));
    return true;
  });
  const auto asker = Asker::start(engine, server_, wish());
  ASSERT_FALSE(asker);
  EXPECT_EQ(asker.error().what, "LookupError: no mapped classes");
}

}  // namespace
}  // namespace rehearsal
