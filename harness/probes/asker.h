// A release's code that is loaded once and asked at many moments: a program (catalogue/loaders/ask.py) in the same kind
// of room as a step, joined to a server, on a thread of its own. Question and answer are files in a folder that the
// room may write into. It ends with the object, with Ctrl-C, and with the run.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/step_limits.h"
#include "harness/engines/engine.h"
#include "harness/server/lane_context.h"
#include "harness/step/code_answers.h"

namespace rehearsal {

struct AskerWish {
  std::string name;              // unique on this machine; names containers too
  std::string run;               // the run's id
  StepRunner runner;             // of the release
  std::filesystem::path loader;  // where its models are declared
  std::filesystem::path clones;  // a folder in which the sockets of other servers may be that it is asked about
  std::filesystem::path dir;     // for its mailbox and its output; made
  StepLimits limits;             // of a step; it may be silent
};

// Where a question finds a socket of AskerWish::clones.
inline constexpr const char* kCloneSocket = "/rehearsal/clones/mysqld.sock";

class Asker {
 public:
  // Returns when the code is loaded. An Error says why it cannot be: a reason to leave its questions out, unless it was
  // interrupted. The server must outlive it.
  [[nodiscard]] static Result<std::unique_ptr<Asker>> start(Engine& engine, Server& server, const AskerWish& wish);
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // `question` as ask.py reads it. After an Error it is of no use any more.
  [[nodiscard]] Result<ReadAnswers> ask(const std::string& question);
  [[nodiscard]] const LoadedCode& loaded() const { return loaded_; }

 private:
  explicit Asker(const AskerWish& wish);
  // Waits for the answer of this number.
  Result<std::string> wait_for(int number, double seconds);
  // What became of the program, where it has ended.
  [[nodiscard]] std::optional<std::string> ended();

  std::filesystem::path mailbox_, output_;
  LoadedCode loaded_;
  int asked_ = 0;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::optional<std::string> end_;  // of the program, under the mutex
  std::jthread thread_;             // last: it uses the others
};

}  // namespace rehearsal
