// The time in which a step talks to its server: from the first statement that the server logs to the last. A step's
// program spends most of its own time on loading its code, in which nothing can be broken off that matters.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "harness/locks/statement_log.h"
#include "reports/record.h"

namespace rehearsal {

class TalkClock {
 public:
  // Something to be done so many seconds after the first statement, on the clock's own thread.
  struct Moment {
    double seconds = 0;
    std::function<void()> act;
  };

  // Begins to look, every few milliseconds. `log` was emptied before (StatementLog::begin_step()), and only statements
  // of `user` count. `alone`: no other reads the log.
  TalkClock(const std::filesystem::path& log, const std::string& user, bool alone, std::optional<Moment> moment = {});
  TalkClock(const TalkClock&) = delete;
  TalkClock& operator=(const TalkClock&) = delete;

  // From now on the moment does not come any more. True where it came, and what was to be done is done.
  [[nodiscard]] bool disarm();
  // What was seen: the seconds until the moment, where it came, and all statements that ended, also after it. Call it
  // once, when the step's connections are gone.
  [[nodiscard]] Result<TalkTime> stop();

 private:
  void look(const std::stop_token& stop);
  Result<void> read(bool to_end);

  StatementLog log_;
  std::optional<Moment> moment_;
  std::optional<Stopwatch> since_first_;
  TalkTime seen_;
  Result<void> reading_;
  std::mutex arms_;
  bool armed_ = true;
  bool struck_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace rehearsal
