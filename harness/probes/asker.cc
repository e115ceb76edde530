#include "harness/probes/asker.h"

#include <chrono>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/step/step_exec.h"
#include "scenarios/plan.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLoaders = "/rehearsal/loaders";
constexpr const char* kClones = "/rehearsal/clones";
constexpr const char* kProgram = "ask.py";
// Packages take up to 15 s to load on an idle machine; a busy one gets the time.
constexpr double kLoadingSeconds = 600;
// For all questions of a moment.
constexpr double kAnswerSeconds = 600;
constexpr std::chrono::milliseconds kBetweenMailLooks{10};

// The program's last words are its reason: "ModuleNotFoundError: …".
std::string told_end(const ProcessResult& result, const fs::path& output) {
  constexpr std::size_t kLastWords = 2000;
  const std::vector<std::string> lines = lines_of(std::string(trim(read_tail(output, kLastWords))));
  const std::string words = lines.empty() ? std::string() : ": " + lines.back();
  return result.ended_by.empty() ? fmt::format("it ended with exit status {}{}", result.exit_status, words)
                                 : "it was ended by the limit for " + result.ended_by;
}

StepSpec asker_room(const AskerWish& wish, const fs::path& mailbox, const fs::path& output) {
  StepSpec spec = room_of(wish.runner, wish.run, mailbox);
  spec.name = wish.name;
  spec.output_file = output;
  spec.limits = wish.limits;
  spec.limits.idle_seconds = 0;  // it waits for questions
  spec.mounts.push_back({wish.loader.parent_path(), kLoaders, false});
  spec.mounts.push_back({wish.clones, kClones, false});
  spec.argv = {"python3",
               "-B",
               "-W",
               "ignore",
               std::string(kLoaders) + "/" + kProgram,
               std::string(kLoaders) + "/" + wish.loader.filename().string(),
               kStepWork};
  return spec;
}

}  // namespace

Asker::Asker(const AskerWish& wish) : mailbox_(wish.dir / "mailbox"), output_(wish.dir / "output.txt") {}

Asker::~Asker() {
  over_ = true;
  if (thread_.joinable()) {
    thread_.join();
  }
  remove_tree(mailbox_);  // it holds a password
}

Result<std::unique_ptr<Asker>> Asker::start(Engine& engine, Server& server, const AskerWish& wish) {
  std::unique_ptr<Asker> asker(new Asker(wish));
  remove_tree(asker->mailbox_);
  REHEARSAL_TRY(make_private_dir(asker->mailbox_));
  StepSpec spec = asker_room(wish, asker->mailbox_, asker->output_);
  spec.killed_for = [self = asker.get()]() -> std::string { return self->over_ ? "over" : ""; };
  asker->thread_ = std::jthread([self = asker.get(), &engine, &server, spec = std::move(spec)] {
    const Result<ProcessResult> result = engine.run_step(server, spec);
    const std::lock_guard guard(self->mutex_);
    self->end_ = result ? told_end(*result, spec.output_file) : to_text(result.error());
  });
  REHEARSAL_TRY_SET(const std::string told, asker->wait_for(0, kLoadingSeconds));
  REHEARSAL_TRY_SET(asker->loaded_, read_loaded_code(told));
  return asker;
}

std::optional<std::string> Asker::ended() {
  const std::lock_guard guard(mutex_);
  return end_;
}

Result<std::string> Asker::wait_for(int number, double seconds) {
  const fs::path answer = mailbox_ / fmt::format("answer-{}.json", number);
  const Stopwatch watch;
  for (;;) {
    REHEARSAL_TRY(check_interrupt());
    const std::optional<std::string> end = ended();  // before the look: an answer may be its last act
    REHEARSAL_TRY_SET(const bool there, is_there(answer));
    if (there) {
      return read_file(answer);
    }
    if (end) {
      return fail(*end);
    }
    if (watch.seconds() > seconds) {
      return fail("it did not answer within " + human_seconds(seconds));
    }
    std::this_thread::sleep_for(kBetweenMailLooks);
  }
}

Result<ReadAnswers> Asker::ask(const std::string& question) {
  const int number = ++asked_;
  REHEARSAL_TRY(write_file(mailbox_ / fmt::format("ask-{}.json", number), question));
  REHEARSAL_TRY_SET(const std::string answer, wait_for(number, kAnswerSeconds));
  return read_code_answers(answer);
}

}  // namespace rehearsal
