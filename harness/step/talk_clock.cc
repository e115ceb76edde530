#include "harness/step/talk_clock.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/sql/ddl.h"
#include "harness/locks/ddl_text.h"

namespace rehearsal {

namespace {

constexpr std::chrono::milliseconds kBetweenReads{2};

bool works_once(const DdlAction& action) {
  switch (action.kind) {
    case DdlAction::Kind::modify_column:
      return !action.column.name.empty() && action.column.name != action.name;
    case DdlAction::Kind::convert:
    case DdlAction::Kind::option:
      return false;
    case DdlAction::Kind::add_column:
    case DdlAction::Kind::drop_column:
    case DdlAction::Kind::rename_column:
    case DdlAction::Kind::add_key:
    case DdlAction::Kind::drop_key:
    case DdlAction::Kind::rename_key:
    case DdlAction::Kind::add_foreign_key:
    case DdlAction::Kind::drop_foreign_key:
    case DdlAction::Kind::rename_table:
    case DdlAction::Kind::drop_constraint:
      return !action.if_exists;
  }
  return true;
}

// On what it made itself the statement stops, or makes it twice.
bool works_once(const std::string& sql) {
  const std::optional<DdlStatement> statement = parse_ddl(sql);
  if (!statement || statement->kind != DdlStatement::Kind::alter_table) {
    return !statement || !statement->if_exists;
  }
  return std::any_of(statement->actions.begin(), statement->actions.end(),
                     [](const DdlAction& action) { return works_once(action); });
}

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
    if (moment_ && seen_.statements == moment_->after) {
      since_moment_.emplace();
    }
    if (read_ddl(statement.sql).kind == DdlKind::none) {
      return;
    }
    ++seen_.schema_statements;
    const bool once = works_once(statement.sql);
    const bool longer = seen_.longest_schema == 0 || statement.seconds > seen_.longest_schema_seconds;
    if (once == longest_once_ ? longer : once) {
      longest_once_ = once;
      seen_.longest_schema = seen_.statements;
      seen_.longest_schema_seconds = statement.seconds;
    }
  };
  return to_end ? log_.read_to_end(each) : log_.read_at_once(each);
}

void TalkClock::look(const std::stop_token& stop) {
  while (!stop.stop_requested() && reading_) {
    reading_ = read(false);
    if (since_moment_ && since_moment_->seconds() >= moment_->seconds) {
      const std::lock_guard guard(arms_);
      if (armed_) {
        moment_->act();
        const double seconds = since_first_->seconds();
        reading_ = read(false);
        at_moment_ = seen_;
        seen_.seconds = seconds;
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
