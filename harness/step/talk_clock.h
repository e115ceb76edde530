// The time in which a step talks to its server: from the first statement that the server logs to the last. A step's
// program spends most of its own time on loading its code, in which nothing can be broken off that matters.
#pragma once

#include <cstdint>
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
  // Something to be done on the clock's own thread, so many seconds after this statement of the step has ended; the
  // first is 1.
  struct Moment {
    double seconds = 0;
    std::int64_t after = 1;
    std::function<void()> act = {};
  };

  // Begins to look, every few milliseconds. `log` was emptied before (StatementLog::begin_step()), and only statements
  // of `user` count. `alone`: no other reads the log.
  TalkClock(const std::filesystem::path& log, const std::string& user, bool alone, std::optional<Moment> moment = {});
  TalkClock(const TalkClock&) = delete;
  TalkClock& operator=(const TalkClock&) = delete;

  // From now on the moment does not come any more. True where it came, and what was to be done is done.
  [[nodiscard]] bool disarm();
  // What had ended at the moment, to the end of the last statement; the server still does the one that it was at.
  [[nodiscard]] const TalkTime& at_moment() const { return at_moment_; }
  // What was seen: the seconds until the moment, where it came, and all statements that ended, also after it. Call it
  // once, when the step's connections are gone.
  [[nodiscard]] Result<TalkTime> stop();

 private:
  void look(const std::stop_token& stop);
  Result<void> read(bool to_end);

  StatementLog log_;
  std::optional<Moment> moment_;
  std::optional<Stopwatch> since_first_;
  std::optional<Stopwatch> since_moment_;  // since the statement after which it comes
  TalkTime seen_;
  bool longest_once_ = false;  // the longest schema statement so far works only once
  Result<void> reading_;
  std::mutex arms_;
  bool armed_ = true;
  bool struck_ = false;
  TalkTime at_moment_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace rehearsal
