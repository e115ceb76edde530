#include "harness/lane/lane.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/contains.h"
#include "base/interrupt.h"
#include "base/random.h"
#include "base/text.h"
#include "harness/audit/broken_objects.h"
#include "harness/audit/shipped_migrations.h"
#include "harness/lane/check_trial.h"
#include "harness/lane/lane_folder.h"
#include "harness/lane/lane_ready.h"
#include "harness/lane/lost_cells.h"
#include "harness/lane/recovery.h"
#include "harness/lane/server_attempt.h"
#include "harness/lane/server_drill.h"
#include "harness/lane/server_trials.h"
#include "harness/lane/service_versions.h"
#include "harness/lane/standing_cure.h"
#include "harness/probes/lane_probes.h"
#include "harness/server/run_server.h"
#include "harness/step/answered_version.h"
#include "harness/step/observe.h"
#include "harness/step/step_diff.h"
#include "harness/step/step_judge.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

class LaneRun {
 public:
  LaneRun(const Lane& lane, const LaneContext& context, const LaneTask& task)
      : lane_(lane),
        context_(context),
        task_(task),
        account_(ServiceAccount::of(lane.service, task.from != nullptr ? task.from->memory.password : random_word())),
        differ_(context.service.revision_tables, task.from != nullptr ? task.from->memory.new_to_hop : NewToHop()) {
    if (task.from != nullptr) {
      outcome_ = task.from->memory.outcome;
    }
    for (const auto& [role, schema] : lane.schemas) {
      if (!contains(schemas_, schema)) {
        schemas_.push_back(schema);
      }
    }
  }

  LaneOutcome run() {
    if (auto ready = set_up(); !ready) {
      break_off(ready.error());
    }
    for (std::size_t i = outcome_.steps.size(); i < lane_.steps.size(); ++i) {
      const PlanStep& step = lane_.steps[i];
      if (outcome_.broken.empty() && stopped_at_.empty()) {
        context_.talk.progress(lane_.service, fmt::format("step {} of {}: {}", i + 1, lane_.steps.size(), step.id),
                               true);
        if (auto done = run_step(step); !done) {
          break_off(done.error());
          add_not_run(step, outcome_.broken);
        } else if (auto drilled = drills_.after(step, state(), checkpoint_before(step), outcome_); !drilled) {
          break_off(drilled.error());
        }
        continue;
      }
      add_not_run(step, stopped_at_.empty() ? outcome_.broken : "the lane stopped at " + stopped_at_);
    }
    context_.talk.done(lane_.service);
    if (outcome_.broken.empty() && stopped_at_.empty()) {
      outcome_.schemas.end = observer_->schema();
      auto asked = ask_questions(outcome_.after);
      if (asked && task_.at_end) {
        asked = task_.at_end(current_->sql(), outcome_);
      }
      if (!asked) {
        break_off(asked.error());
      }
    }
    add_standings();
    add(lost_cells_.findings(outcome_.findings));
    tell_cost();
    if (outcome_.broken.empty()) {
      remember("", lane_.service);
    }
    tear_down();
    return std::move(outcome_);
  }

 private:
  Result<void> set_up() {
    REHEARSAL_TRY(make_private_dir(context_.store_dir));
    if (task_.checkpoints != nullptr) {
      REHEARSAL_TRY(task_.checkpoints->begin(lane_, schemas_));
    }
    sweep_before_start();
    if (task_.from != nullptr) {
      return go_on_from(*task_.from);
    }
    REHEARSAL_TRY(take_clone_of(context_.golden, context_.store_dir / "data"));
    REHEARSAL_TRY_SET(outcome_.adaptations, make_ready(current_->sql(), lane_, context_.service, account_, schemas_));
    REHEARSAL_TRY(lost_cells_.start(current_->sql()));
    REHEARSAL_TRY_SET(std::vector<Finding> versions, judge_service_versions(current_->sql(), context_.service, lane_));
    REHEARSAL_TRY(try_version_fixes(view_, *current_, versions));
    add(versions);
    REHEARSAL_TRY(ask_questions(outcome_.before));
    REHEARSAL_TRY(probes_.at_start(*current_, outcome_.probes));
    observer_.emplace(schemas_, context_.counts, context_.service.revision_tables);
    REHEARSAL_TRY(observer_->start(current_->sql()));
    outcome_.schemas.start = observer_->schema();
    outcome_.schemas.revisions = observer_->revisions();
    watch_.emplace(schemas_);
    REHEARSAL_TRY_SET(std::vector<Finding> broken, watch_->start(current_->sql()));
    std::for_each(broken.begin(), broken.end(), [&](Finding& finding) { finding.service = lane_.service; });
    add(broken);
    return {};
  }

  // What becomes of a lane's own data is decided where it is put away.
  Result<void> take_clone_of(const fs::path& from, const fs::path& data) {
    REHEARSAL_TRY_SET(current_, RunServer::on_clone(context_.servers(), "", from, data));
    current_->keep_data();
    return {};
  }

  Result<void> ask_questions(Answers& answers) {
    if (!task_.questions) {
      return {};
    }
    REHEARSAL_TRY_SET(const std::unique_ptr<Sql> reader,
                      connect_reader(current_->sql(), current_->server().socket(), schemas_));
    REHEARSAL_TRY_SET(const std::vector<Question> questions, task_.questions(*reader));
    REHEARSAL_TRY_SET(answers, ask(*reader, questions));
    return {};
  }

  // The account and the rewritten connections came with the data, what was told of broken objects with the outcome.
  Result<void> go_on_from(const LaneCheckpoint& checkpoint) {
    REHEARSAL_TRY_SET(const fs::path data, free_data_dir(context_.store_dir));
    REHEARSAL_TRY(context_.store.attach(checkpoint.data));
    REHEARSAL_TRY(take_clone_of(checkpoint.data, data));
    REHEARSAL_TRY(lost_cells_.start(current_->sql()));
    observer_.emplace(schemas_, checkpoint.memory.counts, context_.service.revision_tables);
    REHEARSAL_TRY(observer_->start(current_->sql()));
    watch_.emplace(schemas_);
    REHEARSAL_TRY(watch_->start(current_->sql()));
    return {};
  }

  // What an earlier session of the run was told to keep stays, the rest of it goes.
  void sweep_before_start() {
    std::set<fs::path> kept;
    if (task_.from != nullptr && task_.from->own) {
      kept = left_ = kept_before(folder(), task_.keep, task_.from->memory.next);
      kept.insert(task_.from->data);
    }
    sweep_lane_folder(folder(), kept);
  }

  // Beside the checkpoint before `next`, or for a lane that is over. A run that cannot be gone on with is no failure.
  void remember(const std::string& next, const std::string& name) {
    const auto written = write_memory(context_.run.path(), name,
                                      {.plan = task_.marks,
                                       .next = next,
                                       .password = account_.password,
                                       .counts = observer_->counts(),
                                       .new_to_hop = differ_.new_to_hop(),
                                       .outcome = outcome_});
    if (!written) {
      context_.talk.warn(to_text(written.error()));
    }
  }

  struct Checkpoint {
    fs::path dir;
    bool keep;
  };

  [[nodiscard]] fs::path checkpoint_dir(const PlanStep& step) const {
    return context_.store_dir / "checkpoints" / file_name_of(step.id);
  }

  // The checkpoint before the last step; none where it only reads.
  [[nodiscard]] fs::path checkpoint_before(const PlanStep& step) const {
    return step.may_change ? checkpoints_.back().dir : fs::path();
  }

  Result<void> make_checkpoint(const PlanStep& step) {
    const fs::path target = checkpoint_dir(step);
    if (task_.from != nullptr && task_.from->own && task_.from->data == target) {
      checkpoints_.push_back({target, task_.keep == KeepCheckpoints::all});
      return {};
    }
    REHEARSAL_TRY(make_private_dir(target.parent_path()));
    REHEARSAL_TRY(current_->sql().execute("FLUSH TABLES"));
    REHEARSAL_TRY(current_->copy_to(target));
    checkpoints_.push_back({target, task_.keep == KeepCheckpoints::all});
    remember(step.id, file_name_of(step.id));
    REHEARSAL_TRY(write_down({step.id, false, target}));
    // The one before it is not needed any more.
    if (checkpoints_.size() > 1 && !checkpoints_[checkpoints_.size() - 2].keep) {
      drop_lane_data(folder(), checkpoints_[checkpoints_.size() - 2].dir);
      checkpoints_.erase(checkpoints_.end() - 2);
    }
    return {};
  }

  Result<void> write_down(const KeptState& state) {
    return task_.checkpoints == nullptr ? Result<void>() : task_.checkpoints->add(lane_.service, state);
  }

  // What a failed step found stays for a look by hand.
  Result<void> keep_failed(const PlanStep& step) {
    if (step.may_change && task_.keep != KeepCheckpoints::none) {
      checkpoints_.back().keep = true;
    }
    return task_.checkpoints == nullptr ? Result<void>() : task_.checkpoints->mark_failed(lane_.service, step.id);
  }

  // What the code of the step's release says that it is; asked once a release.
  Result<std::string> version_of(const PlanStep& step) {
    if (!versions_.contains(step.release)) {
      REHEARSAL_TRY_SET(const std::string version, answered_version(step, context_, current_->server()));
      versions_[step.release] = version;
      if (auto other = other_release(step, context_.service, version)) {
        outcome_.findings.push_back(std::move(*other));
      }
    }
    return versions_[step.release];
  }

  Result<void> run_step(const PlanStep& step) {
    REHEARSAL_TRY(check_interrupt());
    REHEARSAL_TRY_SET(const std::string version, version_of(step));
    if (step.may_change) {
      REHEARSAL_TRY(make_checkpoint(step));
    }
    const Observer before = *observer_;
    const StepDiffer differ_before = differ_;
    const fs::path checkpoint = checkpoint_before(step);
    REHEARSAL_TRY_SET(Attempt attempt, attempt_step(view_, state(), step, checkpoint, context_.run.step_dir(step.id)));
    watching_seconds_ += attempt.watching_seconds;
    StepRecord& record = attempt.judgement.record;
    record.version = version;
    const bool changed = !record.tables.empty() || !record.schema.empty();
    REHEARSAL_TRY(probes_.after(step, attempt.judgement.stops_lane, changed, *current_, outcome_.probes));
    if (attempt.judgement.stops_lane && record.status == StepStatus::skipped) {
      // Ended by a limit: there is nothing to mend in the data.
      context_.talk.warn(fmt::format("{}: {}: {}", lane_.service, step.id, record.reason));
      REHEARSAL_TRY(keep_failed(step));
      add(attempt.judgement.findings);
      stopped_at_ = step.id;
    } else if (attempt.judgement.stops_lane) {
      context_.talk.warn(fmt::format("{}: {} FAILED: {}", lane_.service, step.id, record.reason));
      REHEARSAL_TRY(keep_failed(step));
      Recovery recovery;
      const FailedAttempt failed{.step = step,
                                 .attempt = attempt,
                                 .server = *current_,
                                 .observer = *observer_,
                                 .before = before,
                                 .differ = differ_before,
                                 .checkpoint = checkpoint};
      if (lost_cells_.may_stop() && step.may_change) {
        REHEARSAL_TRY_SET(recovery, lost_cells_.recover(failed));
      }
      if (!recovery.passed && cures_.untried()) {
        REHEARSAL_TRY_SET(recovery, cures_.recover(step, attempt));
      }
      if (!recovery.passed) {
        ServerTrials trials(view_, failed);
        REHEARSAL_TRY_SET(recovery, recover(step, attempt.judgement, trials));
      }
      add(recovery.findings);
      if (recovery.passed) {
        record.passes_with_fix = true;
        context_.talk.say(fmt::format("{}: with the fix {} passes; continuing with it", lane_.service, step.id));
        go_on_with(std::move(*recovery.passed), step);
        REHEARSAL_TRY(probes_.after(step, false, true, *current_, outcome_.probes));
      } else {
        stopped_at_ = step.id;
      }
    } else {
      REHEARSAL_TRY(join_version_findings(view_, step, state(), attempt.judgement, outcome_.findings));
      REHEARSAL_TRY(try_check_fixes(view_, step, state(), attempt.judgement.findings));
      add(attempt.judgement.findings);
      if (attempt.judgement.ends_lane) {
        stopped_at_ = step.id;
      }
    }
    REHEARSAL_TRY(audit(step, record));
    context_.talk.detail(
        fmt::format("{}: {} {} ({})", lane_.service, step.id, to_word(record.status), human_seconds(record.seconds)));
    record.timed_alone = task_.alone;
    outcome_.steps.push_back(std::move(record));
    return {};
  }

  // What a step leaves behind that strikes later, whatever its exit status.
  Result<void> audit(const PlanStep& step, const StepRecord& record) {
    if (!step.may_change) {
      return {};
    }
    REHEARSAL_TRY_SET(const std::vector<Finding> broken, watch_->after_step(current_->sql(), step));
    add(broken);
    const auto runner = context_.runners.find(step.release);
    if (runner != context_.runners.end() && record.status == StepStatus::passed) {
      REHEARSAL_TRY_SET(const std::vector<Finding> left, find_not_applied(runner->second.environment, context_.service,
                                                                          lane_.schemas, step, record.revisions));
      add(left);
    }
    return {};
  }

  // What came of schemas that are not where their revision table says.
  void add_standings() {
    const bool failed = std::any_of(outcome_.steps.begin(), outcome_.steps.end(),
                                    [](const StepRecord& step) { return step.status == StepStatus::failed; });
    if (outcome_.broken.empty()) {
      if (auto done = cures_.finish(outcome_.schemas.end, failed); !done) {
        break_off(done.error());
      }
    }
    add(cures_.findings());
  }

  void add(const std::vector<Finding>& findings) {
    outcome_.findings.insert(outcome_.findings.end(), findings.begin(), findings.end());
  }

  // The lane's state is now that of the clone on which the step passed. What the step left without the fix stays where
  // that costs no full copy.
  void go_on_with(PassedState&& passed, const PlanStep& step) {
    std::unique_ptr<RunServer> old = std::exchange(current_, std::move(passed.server));
    current_->keep_data();
    observer_ = std::move(passed.observer);
    differ_ = std::move(passed.differ);
    const bool dear = context_.store.method() == CloneMethod::copy && task_.keep != KeepCheckpoints::all;
    put_away(std::move(old), task_.keep != KeepCheckpoints::none && !dear ? step.id : "");
  }

  // Stops a server in good order and keeps its data as what `step` left behind; without a step both go.
  void put_away(std::unique_ptr<RunServer> server, const std::string& step) {
    probes_.let_go();
    const fs::path data = server->data();
    bool keep = !step.empty();
    if (keep) {
      const Result<void> done = server->stop().and_then([&] { return write_down({step, true, data}); });
      if (!done) {
        context_.talk.warn(to_text(done.error()));
        keep = false;
      }
    }
    server->kill();
    server.reset();
    if (keep) {
      left_.insert(data);
    } else {
      drop_lane_data(folder(), data);
    }
  }

  void add_not_run(const PlanStep& step, const std::string& reason) {
    outcome_.steps.push_back(record_of(step));
    outcome_.steps.back().reason = reason;
  }

  void tell_cost() {
    const double steps = std::accumulate(outcome_.steps.begin(), outcome_.steps.end(), 0.0,
                                         [](double sum, const StepRecord& step) { return sum + step.seconds; });
    context_.talk.detail(fmt::format("{}: {:.1f} s of steps, {:.1f} s of observation and comparison", lane_.service,
                                     steps, watching_seconds_));
  }

  void break_off(const Error& error) {
    outcome_.broken = to_text(error);
    // A server that is gone since Ctrl-C fails in words of its own.
    outcome_.interrupted = error.kind == ErrorKind::interrupted || interrupted();
    if (!outcome_.interrupted) {
      context_.talk.warn(lane_.service + ": " + outcome_.broken);
    }
  }

  // Whatever is not to be kept goes: checkpoints, the lane's own data, what a trial that was broken off left.
  void tear_down() {
    if (current_) {
      const bool whole = outcome_.broken.empty() && !lane_.steps.empty();
      const bool keep = whole && (task_.keep == KeepCheckpoints::all ||
                                  (task_.keep == KeepCheckpoints::failed && !stopped_at_.empty()));
      put_away(std::move(current_), !keep ? "" : stopped_at_.empty() ? lane_.steps.back().id : stopped_at_);
    }
    // From the last one a lane that was broken off goes on.
    if (!outcome_.broken.empty() && !checkpoints_.empty() && task_.keep != KeepCheckpoints::none) {
      checkpoints_.back().keep = true;
    }
    std::set<fs::path> kept = left_;
    for (const Checkpoint& checkpoint : checkpoints_) {
      if (checkpoint.keep) {
        kept.insert(checkpoint.dir);
      }
    }
    sweep_lane_folder(folder(), kept);
    if (kept.empty()) {
      drop_lane_data(folder(), context_.store_dir);
    }
  }

  [[nodiscard]] LaneState state() { return {*current_, *observer_, differ_}; }
  [[nodiscard]] LaneFolder folder() const { return {context_, task_.checkpoints, lane_.service}; }

  const Lane& lane_;
  const LaneContext& context_;
  const LaneTask& task_;
  ServiceAccount account_;
  std::vector<std::string> schemas_;
  const LaneView view_{.lane = lane_, .context = context_, .account = account_, .schemas = schemas_};
  std::unique_ptr<RunServer> current_;
  std::optional<Observer> observer_;
  std::optional<ObjectWatch> watch_;
  StandingCures cures_{view_};
  LostCells lost_cells_{view_};
  LaneDrills drills_{view_, task_.kill_drill};
  LaneProbes probes_{lane_, context_, schemas_};
  StepDiffer differ_;
  double watching_seconds_ = 0;  // observation and comparison of all steps
  std::vector<Checkpoint> checkpoints_;
  std::set<fs::path> left_;                      // what steps left behind and is kept
  std::map<std::string, std::string> versions_;  // release -> as its code answered
  std::string stopped_at_;
  LaneOutcome outcome_;
};

}  // namespace

LaneOutcome run_lane(const Lane& lane, const LaneContext& context, const LaneTask& task) {
  return LaneRun(lane, context, task).run();
}

}  // namespace rehearsal
