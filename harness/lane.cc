#include "harness/lane.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/random.h"
#include "base/text.h"
#include "harness/audit/broken_objects.h"
#include "harness/audit/name_rows.h"
#include "harness/audit/shipped_migrations.h"
#include "harness/lane_server.h"
#include "harness/locks/lock_judge.h"
#include "harness/locks/online_pace.h"
#include "harness/locks/step_watch.h"
#include "harness/observe.h"
#include "harness/step_exec.h"
#include "harness/step_judge.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

class LaneRun {
 public:
  LaneRun(const Lane& lane, const LaneContext& context)
      : lane_(lane), context_(context), account_{lane.service, random_word()} {
    for (const auto& [role, schema] : lane.schemas) {
      if (std::find(schemas_.begin(), schemas_.end(), schema) == schemas_.end()) {
        schemas_.push_back(schema);
      }
    }
  }

  LaneOutcome run() {
    if (auto ready = set_up(); !ready) {
      break_off(ready.error());
    }
    for (std::size_t i = 0; i < lane_.steps.size(); ++i) {
      const PlanStep& step = lane_.steps[i];
      if (outcome_.broken.empty() && stopped_at_.empty()) {
        context_.talk.progress(lane_.service, fmt::format("step {} of {}: {}", i + 1, lane_.steps.size(), step.id),
                               true);
        if (auto done = run_step(step); !done) {
          break_off(done.error());
          add_not_run(step, outcome_.broken);
        }
        continue;
      }
      add_not_run(step, stopped_at_.empty() ? outcome_.broken : "the lane stopped at " + stopped_at_);
    }
    context_.talk.done(lane_.service);
    if (outcome_.broken.empty() && stopped_at_.empty()) {
      outcome_.schemas.end = observer_->schema();
    }
    tear_down();
    return std::move(outcome_);
  }

 private:
  Result<void> set_up() {
    REHEARSAL_TRY(make_private_dir(context_.store_dir));
    REHEARSAL_TRY(context_.store.clone(context_.golden, context_.store_dir / "data"));
    REHEARSAL_TRY_SET(current_, LaneServer::start(context_, "", context_.store_dir / "data"));
    REHEARSAL_TRY(make_account(current_->sql(), account_, schemas_));
    REHEARSAL_TRY(rewrite_connections());
    observer_.emplace(schemas_, context_.counts, context_.service.revision_tables);
    REHEARSAL_TRY(observer_->start(current_->sql()));
    outcome_.schemas.start = observer_->schema();
    outcome_.schemas.revisions = observer_->revisions();
    watch_.emplace(schemas_);
    REHEARSAL_TRY_SET(std::vector<Finding> broken, watch_->start(current_->sql()));
    for (Finding& finding : broken) {
      finding.service = lane_.service;
      outcome_.findings.push_back(std::move(finding));
    }
    return {};
  }

  Result<void> rewrite_connections() {
    std::map<std::string, std::string> values;
    for (const std::string& schema : schemas_) {
      values["url:" + schema] = account_.url(schema);
    }
    for (const Rewriting& rewriting : lane_.rewritings) {
      REHEARSAL_TRY(current_->sql().execute(
          fmt::format("UPDATE {}.{} SET {} = {} WHERE {} = {}", sql_name(rewriting.schema), sql_name(rewriting.table),
                      sql_name(rewriting.column), sql_string(expand(rewriting.value, values)),
                      sql_name(rewriting.where_column), sql_string(rewriting.where_value))));
      outcome_.adaptations.push_back(fmt::format("{}: {}.{}.{} rewritten on the clone: {}", lane_.service,
                                                 rewriting.schema, rewriting.table, rewriting.column, rewriting.what));
    }
    return {};
  }

  [[nodiscard]] fs::path checkpoint_dir(const PlanStep& step) const {
    return context_.store_dir / "checkpoints" / file_name_of(step.id);
  }

  // A copy of the data directory as it is at this moment; the server stands still meanwhile and goes on.
  Result<void> make_checkpoint(const PlanStep& step) {
    const fs::path target = checkpoint_dir(step);
    REHEARSAL_TRY(make_private_dir(target.parent_path()));
    REHEARSAL_TRY(current_->sql().execute("FLUSH TABLES"));
    REHEARSAL_TRY(current_->server().pause());
    const Result<void> copied = context_.store.clone(current_->data(), target);
    const Result<void> thawed = current_->server().thaw();
    REHEARSAL_TRY(copied);
    REHEARSAL_TRY(thawed);
    // Full copies are dear: only the last is kept.
    if (context_.store.method() == "copy" && !checkpoints_.empty()) {
      REHEARSAL_TRY(context_.store.remove(checkpoints_.back()));
      checkpoints_.pop_back();
    }
    checkpoints_.push_back(target);
    return {};
  }

  Result<void> run_step(const PlanStep& step) {
    REHEARSAL_TRY(check_interrupt());
    if (step.may_change) {
      REHEARSAL_TRY(make_checkpoint(step));
    }
    REHEARSAL_TRY_SET(StepJudgement judgement, attempt(step));
    outcome_.findings.insert(outcome_.findings.end(), judgement.findings.begin(), judgement.findings.end());
    REHEARSAL_TRY(audit(step, judgement.record));
    if (judgement.stops_lane) {
      stopped_at_ = step.id;
      context_.talk.warn(fmt::format("{}: {} FAILED: {}", lane_.service, step.id, judgement.record.reason));
    }
    context_.talk.detail(fmt::format("{}: {} {} ({})", lane_.service, step.id, to_word(judgement.record.status),
                                     human_seconds(judgement.record.seconds)));
    outcome_.steps.push_back(std::move(judgement.record));
    return {};
  }

  // What a step leaves behind that strikes later, whatever its exit status.
  Result<void> audit(const PlanStep& step, const StepRecord& record) {
    if (!step.may_change) {
      return {};
    }
    REHEARSAL_TRY_SET(const std::vector<Finding> broken, watch_->after_step(current_->sql(), step));
    outcome_.findings.insert(outcome_.findings.end(), broken.begin(), broken.end());
    const auto runner = context_.runners.find(step.release);
    if (runner != context_.runners.end() && record.status == StepStatus::passed) {
      REHEARSAL_TRY_SET(const std::vector<Finding> left,
                        find_not_applied(runner->second.environment, context_.service, lane_.schemas, step,
                                         record.revisions));
      outcome_.findings.insert(outcome_.findings.end(), left.begin(), left.end());
    }
    return {};
  }

  // Runs the step on the lane's server as it stands, and judges it by what it did.
  Result<StepJudgement> attempt(const PlanStep& step) {
    REHEARSAL_TRY(observer_->before_step(current_->sql()));
    const Schema before = observer_->schema();
    const auto revisions_before = observer_->revisions();
    REHEARSAL_TRY_SET(const auto watch, StepWatch::begin(*current_, account_.name));
    REHEARSAL_TRY_SET(const StepOutcome outcome, execute_step(step, context_, current_->server(), account_, schemas_));
    if (!current_->server().alive()) {
      return fail("the server died during " + step.id, {}, current_->server().log_tail());
    }
    REHEARSAL_TRY(watch->end());
    REHEARSAL_TRY_SET(const StepEffects effects, observer_->after_step(current_->sql()));
    REHEARSAL_TRY_SET(const std::vector<ExpectedRemainder> remainders, count_remainders(step));
    StepJudgement judgement = judge_step(
        StepEvidence{step, context_.service, lane_.schemas, outcome, effects, before, revisions_before, remainders});
    REHEARSAL_TRY(name_rows(current_->sql(), context_.service, lane_.schemas, step, outcome.output, judgement));
    REHEARSAL_TRY(add_statements(step, *watch, before, judgement));
    judgement.record.output_file = (context_.run.step_dir(step.id) / "output.txt").string();
    return judgement;
  }

  // What the step's statements took and whom they kept waiting.
  static Result<void> add_statements(const PlanStep& step, StepWatch& watch, const Schema& before,
                                     StepJudgement& judgement) {
    std::map<std::string, std::string> definitions;
    for (const auto& [table, shape] : before.tables) {
      if (!shape.is_view) {
        definitions.emplace(table, shape.create);
      }
    }
    REHEARSAL_TRY_SET(judgement.record.statements, watch.records(definitions));
    const std::vector<Finding> locks = judge_locks(step, judgement.record.statements);
    judgement.findings.insert(judgement.findings.end(), locks.begin(), locks.end());
    const std::vector<Finding> pace = tell_pace(step, judgement.record, watch.statements());
    judgement.findings.insert(judgement.findings.end(), pace.begin(), pace.end());
    return {};
  }

  // The remainders that the catalogue expects, with the rows that their queries find in the step's schema.
  Result<std::vector<ExpectedRemainder>> count_remainders(const PlanStep& step) {
    std::vector<ExpectedRemainder> remainders = context_.service.remainders;
    const bool online = step.phase == Phase::online || step.phase == Phase::online_before;
    for (ExpectedRemainder& remainder : remainders) {
      const bool applies = remainder.releases.empty() || remainder.releases.contains(step.release);
      if (!online || !applies || remainder.query.empty() || step.schemas.size() != 1) {
        continue;
      }
      REHEARSAL_TRY_SET(const auto count,
                        current_->sql().value(expand(remainder.query, {{"schema", sql_name(step.schemas.front())}})));
      remainder.rows = std::max<std::int64_t>(remainder.rows, std::atoll(count.value_or("0").c_str()));
    }
    return remainders;
  }

  void add_not_run(const PlanStep& step, const std::string& reason) {
    StepRecord record = record_of(step);
    record.status = StepStatus::not_run;
    record.reason = reason;
    outcome_.steps.push_back(std::move(record));
  }

  void break_off(const Error& error) {
    outcome_.broken = to_text(error);
    outcome_.interrupted = error.kind == ErrorKind::interrupted;
    if (!outcome_.interrupted) {
      context_.talk.warn(lane_.service + ": " + outcome_.broken);
    }
  }

  // A lane that failed keeps its clone as it is and the checkpoint before the failed step, for a look by hand.
  void tear_down() {
    const bool keep = !stopped_at_.empty();
    if (current_) {
      if (!keep) {
        current_->kill();
      } else if (auto stopped = current_->stop(); !stopped) {
        context_.talk.warn(to_text(stopped.error()));
      }
      current_.reset();
    }
    const fs::path kept = keep && !checkpoints_.empty() ? checkpoints_.back() : fs::path();
    for (const fs::path& checkpoint : checkpoints_) {
      if (checkpoint != kept) {
        drop(checkpoint);
      }
    }
    if (!keep) {
      drop(context_.store_dir);
    }
  }

  void drop(const fs::path& dir) {
    if (auto removed = context_.store.remove(dir); !removed) {
      context_.talk.warn(to_text(removed.error()));
    }
  }

  const Lane& lane_;
  const LaneContext& context_;
  ServiceAccount account_;
  std::vector<std::string> schemas_;
  std::unique_ptr<LaneServer> current_;
  std::optional<Observer> observer_;
  std::optional<ObjectWatch> watch_;
  std::vector<fs::path> checkpoints_;
  std::string stopped_at_;
  LaneOutcome outcome_;
};

}  // namespace

LaneOutcome run_lane(const Lane& lane, const LaneContext& context) {
  return LaneRun(lane, context).run();
}

}  // namespace rehearsal
