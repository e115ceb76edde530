#include "harness/step/talk_clock.h"

#include <chrono>
#include <utility>

#include "harness/locks/ddl_text.h"

namespace rehearsal {

namespace {

constexpr std::chrono::milliseconds kBetweenReads{2};

}  // namespace

TalkClock::TalkClock(const std::filesystem::path& log, const std::string& user, bool alone,
                     std::optional<Moment> moment)
    : log_(log, user, alone),
      moment_(std::move(moment)),
      thread_([this](const std::stop_token& stop) { look(stop); }) {}

Result<void> TalkClock::read(bool to_end) {
  // The end of the log is read when the program has ended, which takes longer than its last statement.
  const EachStatement each = [this, to_end](const LoggedStatement& statement) {
    if (!since_first_) {
      since_first_.emplace();
    }
    seen_.seconds = to_end ? seen_.seconds : since_first_->seconds();
    ++seen_.statements;
    seen_.schema_statements += read_ddl(statement.sql).kind == DdlKind::none ? 0 : 1;
  };
  return to_end ? log_.read_to_end(each) : log_.read_at_once(each);
}

void TalkClock::look(const std::stop_token& stop) {
  while (!stop.stop_requested() && reading_) {
    reading_ = read(false);
    if (moment_ && since_first_ && since_first_->seconds() >= moment_->seconds) {
      const std::lock_guard guard(arms_);
      if (armed_) {
        seen_.seconds = since_first_->seconds();
        moment_->act();
        struck_ = true;
      }
      return;
    }
    std::this_thread::sleep_for(kBetweenReads);
  }
}

bool TalkClock::disarm() {
  const std::lock_guard guard(arms_);
  armed_ = false;
  return struck_;
}

Result<TalkTime> TalkClock::stop() {
  thread_.request_stop();
  thread_.join();
  REHEARSAL_TRY(reading_);
  REHEARSAL_TRY(read(true));
  return seen_;
}

}  // namespace rehearsal
