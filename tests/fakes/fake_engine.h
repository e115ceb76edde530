// An engine without servers or programs, for tests of what is made of them: it answers as it was told to, and remembers
// what it was asked.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "harness/engines/engine.h"

namespace rehearsal {

// What a program of a step does.
struct FakeAnswer {
  std::string prints;
  int exit_status = 0;
  double seconds = 1;
  std::string ended_by = {};  // "time", "output" …: a limit ended it
};

class FakeServer final : public Server {
 public:
  [[nodiscard]] std::filesystem::path socket() const override { return "/nowhere/mysqld.sock"; }
  [[nodiscard]] std::vector<std::string> inside(bool) const override { return {}; }
  [[nodiscard]] bool alive() override { return lives; }
  Result<void> pause() override { return {}; }
  Result<void> thaw() override { return {}; }
  void freeze() override {}
  Result<void> stop(double) override { return {}; }
  void kill() override { lives = false; }
  void strike() override { lives = false; }
  [[nodiscard]] std::string log_tail() const override { return "the server's last words"; }

  bool lives = true;
};

class FakeEngine final : public Engine {
 public:
  [[nodiscard]] EngineKind kind() const override { return EngineKind::process; }
  [[nodiscard]] Result<std::string> platform() override { return "debian12-x86_64-cpython3.11-usr"; }
  [[nodiscard]] Result<std::string> server_version() override { return "mariadb 10.11.14"; }
  Result<void> prepare() override { return {}; }
  Result<void> prepare_image(const std::string& image) override { return fail("there are no images", image); }
  Result<void> make_database(const std::filesystem::path&, const std::string&) override {
    return fail("there are no servers");
  }
  [[nodiscard]] Result<std::unique_ptr<Server>> start(const ServerSpec&) override {
    return fail("there are no servers");
  }
  Result<std::vector<std::string>> remove_leftovers(const std::vector<std::string>&) override {
    return std::vector<std::string>{};
  }

  // The next of `answers`; the last one again where there are no more.
  [[nodiscard]] Result<ProcessResult> run_step(Server&, const StepSpec& step) override {
    steps.push_back(step);
    if (answers.empty()) {
      return fail("nothing was to be run", step.argv.empty() ? "" : step.argv.front());
    }
    const FakeAnswer answer = answers.front();
    if (answers.size() > 1) {
      answers.pop_front();
    }
    REHEARSAL_TRY(write_file(step.output_file, answer.prints));
    ProcessResult result;
    result.exit_status = answer.exit_status;
    result.seconds = answer.seconds;
    result.ended_by = answer.ended_by;
    result.timed_out = answer.ended_by == "time";
    return result;
  }

  // Programs with the network do what `installs` does; without it they end well.
  [[nodiscard]] Result<ProcessResult> run_with_network(const StepSpec& step) override {
    return installs ? installs(step) : Result<ProcessResult>(ProcessResult());
  }

  std::deque<FakeAnswer> answers;
  std::vector<StepSpec> steps;  // that were run
  std::function<Result<ProcessResult>(const StepSpec&)> installs;
};

}  // namespace rehearsal
