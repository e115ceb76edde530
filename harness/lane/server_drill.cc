#include "harness/lane/server_drill.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <thread>

#include <fmt/core.h>
#include <signal.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/lane/kill_drill.h"
#include "harness/lane/retry.h"
#include "harness/lane/state_compare.h"
#include "harness/locks/statement_log.h"
#include "harness/step/talk_clock.h"
#include "reports/error_text.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDrill = "drill";  // what ended a step that a drill killed
// A step whose server is gone has so long to end by itself.
constexpr double kGraceSeconds = 10;
// What a sandbox holds is gone a moment after the sandbox.
constexpr std::chrono::milliseconds kSandboxEnds{100};
// A schema statement that was under way goes on without its client.
constexpr double kLongestRollback = 1800;

// What a program that failed ended with: "Table 'x' already exists (1050)"; empty where it says nothing.
std::string last_words(const std::string& output) {
  const ErrorText error = read_error(output);
  return error.number != 0 ? fmt::format("{} ({})", mask_server_message(error.message), error.number)
                           : mask_text(error.telling);
}

std::string stop_words(const StepOutcome& outcome) {
  if (!outcome.limit.empty()) {
    return "ended by the limit for " + outcome.limit;
  }
  const std::string words = last_words(outcome.output);
  return words.empty() ? fmt::format("exit status {}", outcome.exit_status) : words;
}

class ServerDrill final : public DrillSite {
 public:
  ServerDrill(const LaneView& view, const PlanStep& step, const LaneState& passed, fs::path checkpoint,
              const StepRecord& record)
      : view_(view), step_(step), passed_(passed), checkpoint_(std::move(checkpoint)) {
    for (const TableChange& change : record.tables) {
      touched_.insert(change.table);
    }
  }

  Result<void> begin(DrillStart start) override {
    server_.reset();
    REHEARSAL_TRY(check_interrupt());
    REHEARSAL_TRY_SET(server_, start_on(start, "drill"));
    return observe();
  }

  Result<Hit> strike(Killed victim, const StrikeMoment& moment) override {
    Result<Hit> hit = run_and_strike(victim, moment);
    if (hit && hit->killed) {
      REHEARSAL_TRY(observe());
    }
    return hit;
  }

  Result<SecondRun> run() override {
    StepDiffer differ(view_.context.service.revision_tables);
    REHEARSAL_TRY_SET(const Attempt again, attempt_step(view_, {*server_, *observer_, differ}, step_, {}, next_dir()));
    const StepRecord& record = again.judgement.record;
    tables_ = touched_;
    for (const TableChange& change : record.tables) {
      tables_.insert(change.table);
    }
    SecondRun second{record.status, {}};
    if (again.judgement.stops_lane && record.status == StepStatus::passed) {
      second.status = StepStatus::failed;
    }
    if (second.status == StepStatus::failed) {
      second.reason = last_words(again.output);
    }
    if (second.status != StepStatus::passed && second.reason.empty()) {
      second.reason = record.reason;
    }
    return second;
  }

  Result<StateDifference> compare() override {
    if (!passed_copy_) {
      REHEARSAL_TRY_SET(passed_copy_, start_on(DrillStart::after, "drill-passed"));
    }
    return compare_states({*passed_copy_, passed_.observer}, {*server_, *observer_}, tables_,
                          view_.context.service.revision_tables);
  }

  Result<StateDifference> compare_undisturbed() override {
    tell("once more undisturbed, to know what differs each time");
    const std::unique_ptr<RunServer> drilled = std::exchange(server_, nullptr);
    const std::optional<Observer> observed = std::move(observer_);
    const std::set<std::string> tables = tables_;
    Result<StateDifference> difference = run_undisturbed(tables);
    server_ = nullptr;
    return difference;
  }

  void tell(const std::string& words) override {
    view_.context.talk.progress(view_.lane.service, step_.id + ": " + words, true);
  }

 private:
  // Of what the step found, or left.
  Result<std::unique_ptr<RunServer>> start_on(DrillStart start, const std::string& name) {
    const fs::path data = view_.context.store_dir / (file_name_of(step_.id) + "-" + name);
    if (start == DrillStart::before && !checkpoint_.empty()) {
      return RunServer::on_clone(view_.context.servers(), name, checkpoint_, data);
    }
    // A step that only reads leaves what it found.
    REHEARSAL_TRY(passed_.server.sql().execute("FLUSH TABLES"));
    return RunServer::on_copy(view_.context.servers(), name, passed_.server, data);
  }

  Result<void> observe() {
    observer_.emplace(view_.schemas, passed_.observer.counts(), view_.context.service.revision_tables);
    return observer_->start(server_->sql());
  }

  [[nodiscard]] fs::path next_dir() { return view_.context.run.step_dir(step_.id) / fmt::format("drill-{}", ++runs_); }

  Result<Hit> run_and_strike(Killed victim, const StrikeMoment& moment) {
    REHEARSAL_TRY(StatementLog(server_->statement_log(), {}).begin_step());
    Server& server = server_->server();
    const bool of_server = victim == Killed::server;
    std::atomic<bool> now{false};
    Stopwatch since;
    // A step that is to die at once finds its server standing still until it is dead.
    const auto act = [&] {
      of_server ? server.strike() : server.freeze();
      since = Stopwatch();
      now = true;
    };
    TalkClock clock(server_->statement_log(), view_.account.name, true,
                    TalkClock::Moment{.seconds = moment.seconds, .after = moment.after, .act = act});
    StepStage stage = view_.on(*server_);
    stage.killed_for = [&]() -> std::string {
      return now && (!of_server || since.seconds() > kGraceSeconds) ? kDrill : "";
    };
    const Result<StepOutcome> outcome = execute_step(step_, stage, next_dir());
    const bool struck = clock.disarm();
    const bool server_gone = struck && of_server;
    std::this_thread::sleep_for(kSandboxEnds);
    if (struck && !of_server) {
      REHEARSAL_TRY(server.thaw());
    }
    if (!server_gone) {
      REHEARSAL_TRY(wait_for_connections());
    }
    Hit hit;
    REHEARSAL_TRY_SET(hit.talk, clock.stop());
    hit.ended = clock.at_moment();
    if (server_gone) {
      REHEARSAL_TRY(check_interrupt());
      REHEARSAL_TRY(server_->start_again());
    } else if (!outcome) {
      return fail(outcome.error());
    }
    // A program whose server went may not even notice, when all of its work was done.
    const bool passed =
        outcome && (outcome->limit == kDrill ? exit_meaning(step_, outcome->exit_status) == ExitMeaning::ok
                                             : outcome->limit.empty() && outcome->meaning != ExitMeaning::failed);
    hit.killed =
        struck && (of_server ? !passed : outcome->limit == kDrill && outcome->exit_status == kSignalled + SIGKILL);
    if (!hit.killed && !passed) {
      hit.stopped = stop_words(*outcome);
    }
    return hit;
  }

  // A connection goes when what it had begun is rolled back, or has come to its end.
  Result<void> wait_for_connections() {
    const Stopwatch watch;
    for (;;) {
      REHEARSAL_TRY(check_interrupt());
      REHEARSAL_TRY_SET(const auto open,
                        server_->sql().value("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = " +
                                             sql_string(view_.account.name)));
      if (open == "0") {
        return {};
      }
      if (watch.seconds() > kLongestRollback) {
        return fail("the server did not end the killed step's connections within " + human_seconds(kLongestRollback));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  Result<StateDifference> run_undisturbed(const std::set<std::string>& tables) {
    REHEARSAL_TRY_SET(server_, start_on(DrillStart::before, "drill-undisturbed"));
    REHEARSAL_TRY(observe());
    REHEARSAL_TRY_SET(const SecondRun again, run());
    if (again.status != StepStatus::passed) {
      return fail("run once more undisturbed, the step does not pass: " + again.reason);
    }
    tables_.insert(tables.begin(), tables.end());
    return compare();
  }

  const LaneView& view_;
  const PlanStep& step_;
  const LaneState& passed_;
  const fs::path checkpoint_;
  std::set<std::string> touched_;  // tables, by the step when it passed
  std::set<std::string> tables_;   // and by the last run
  std::unique_ptr<RunServer> passed_copy_;
  std::unique_ptr<RunServer> server_;
  std::optional<Observer> observer_;
  int runs_ = 0;
};

}  // namespace

std::string LaneDrills::why_not(const PlanStep& step, const StepRecord& record) const {
  if (step.sample_seconds > 0 && is_online(step.phase)) {
    return "only a sample of it was run";
  }
  if (record.status != StepStatus::passed) {
    return record.status == StepStatus::failed ? "it did not pass undisturbed" : "it was not judged undisturbed";
  }
  if (record.seconds > kLongestRetry && wish_->empty()) {
    return fmt::format("it takes {}; ask for it by name: --kill-drill {}", human_seconds(record.seconds), step.id);
  }
  return {};
}

Result<void> LaneDrills::after(const PlanStep& step, const LaneState& passed, const fs::path& checkpoint,
                               LaneOutcome& outcome) {
  StepRecord& record = outcome.steps.back();
  if (!is_to_be_drilled(wish_, record)) {
    return {};
  }
  record.drill.emplace();
  record.drill->why_not = why_not(step, record);
  if (!record.drill->why_not.empty()) {
    return {};
  }
  ServerDrill site(view_, step, passed, checkpoint, record);
  record.drill = drill_step(record, site);
  const std::vector<Finding> findings = drill_findings(step, *record.drill);
  outcome.findings.insert(outcome.findings.end(), findings.begin(), findings.end());
  return check_interrupt();
}

}  // namespace rehearsal
