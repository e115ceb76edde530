#include "harness/step/step_watch.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/text.h"

namespace rehearsal {

Result<void> StepWatch::read(bool to_end) {
  const EachStatement each = [this](const LoggedStatement& statement) {
    statements_.add(statement);
    if (also_) {
      also_(statement);
    }
  };
  return to_end ? log_.read_to_end(each) : log_.read(each);
}

Result<std::unique_ptr<StepWatch>> StepWatch::begin(RunServer& server, const std::string& user, EachStatement also) {
  std::unique_ptr<StepWatch> watch(new StepWatch(server, user));
  watch->also_ = std::move(also);
  REHEARSAL_TRY(watch->log_.begin_step());
  StepWatch& watching = *watch;
  // Read while the step runs, so that the log does not fill the disk.
  REHEARSAL_TRY_SET(watch->probe_, WaitProbe::start([&server] { return server.connect(); }, user,
                                                    [&watching] {
                                                      if (watching.reading_) {
                                                        watching.reading_ = watching.read(false);
                                                      }
                                                    }));
  return watch;
}

// A statement is logged after its client has the answer: the log is whole when the step's connections are gone.
Result<void> StepWatch::wait_for_connections() {
  const Stopwatch watch;
  while (watch.seconds() < 5) {
    REHEARSAL_TRY_SET(
        const auto open,
        server_.sql().value("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = " + sql_string(user_)));
    if (open == "0") {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

Result<void> StepWatch::end() {
  waits_ = probe_->stop();
  REHEARSAL_TRY(reading_);
  REHEARSAL_TRY(wait_for_connections());
  return read(true);
}

Result<std::vector<StatementRecord>> StepWatch::records(const std::map<std::string, std::string>& definitions) {
  std::vector<LoggedStatement> ddl;
  for (const NumberedStatement& one : statements_.ddl()) {
    ddl.push_back(one.statement);
  }
  std::vector<Alteration> alterations;
  if (!ddl.empty()) {
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, server_.connect());
    REHEARSAL_TRY_SET(alterations, find_algorithms(*sql, ddl, definitions));
  }
  return statement_records(statements_, alterations, waits_);
}

}  // namespace rehearsal
