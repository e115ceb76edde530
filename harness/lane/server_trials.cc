#include "harness/lane/server_trials.h"

#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/diagnosis/diagnose.h"
#include "harness/diagnosis/harm.h"
#include "harness/step/step_finding.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// False where a fix itself is refused, or would do harm to what was there before the step; it says so then.
Result<bool> apply_all(Sql& sql, const std::vector<Fix*>& fixes, std::vector<std::int64_t>& changed) {
  for (Fix* const fix : fixes) {
    REHEARSAL_TRY_SET(const bool withheld, withhold_harm(sql, nullptr, *fix));
    if (withheld) {
      return false;
    }
    const Stopwatch watch;
    REHEARSAL_TRY_SET(const FixEffect effect, apply_fix(sql, fix->sql));
    fix->tried = true;
    fix->seconds = watch.seconds();
    changed.push_back(effect.rows);
    if (!effect.refused.empty()) {
      fix->decision += (fix->decision.empty() ? "" : " ") +
                       fmt::format("The server refuses the fix: {}", mask_server_message(effect.refused));
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::vector<Finding>> ServerTrials::explain(Finding& blocker) {
  std::vector<Finding> internal;
  REHEARSAL_TRY(explain(failed_.attempt, failed_.server, blocker, internal));
  return internal;
}

Result<void> ServerTrials::explain(const Attempt& attempt, RunServer& server, Finding& finding,
                                   std::vector<Finding>& internal) {
  const FailedStep failed{.step = failed_.step,
                          .error = read_error(attempt.output),
                          .trace = attempt.trace,
                          .reference = view_.context.reference,
                          .before = &failed_.before.schema(),
                          .shell = fmt::format("rehearse shell {} --at {}", view_.context.run.id(), failed_.step.id)};
  const Result<void> told = diagnose(server.sql(), failed, finding);
  if (told) {
    return {};
  }
  if (is_lost_connection(server.sql().last_errno())) {
    return fail(told.error());
  }
  Finding own = finding_for(failed_.step, "internal-error", Severity::warning,
                            "one of the rehearsal's own queries failed: " + told.error().what);
  own.revision = finding.revision;
  own.table = finding.table;
  own.error = mask_text(told.error().where);
  own.detail = "The step's own finding stands; what the query would have added is missing there.";
  internal.push_back(std::move(own));
  return {};
}

Result<Trial> ServerTrials::run(int round, const std::vector<Fix*>& fixes) {
  REHEARSAL_TRY(check_interrupt());
  view_.context.talk.progress(view_.lane.service, fmt::format("{}: trying a fix", failed_.step.id), true);
  REHEARSAL_TRY_SET(std::unique_ptr<RunServer> server, start(round));
  Trial trial;
  REHEARSAL_TRY_SET(const bool applied, apply_all(server->sql(), fixes, trial.changed));
  if (!applied) {
    trial.refused = true;
    REHEARSAL_TRY(server->discard());
    return trial;
  }
  // What the step does to the rows is told against the state with the fixes, not against the snapshot's.
  Observer observer = failed_.before;
  StepDiffer differ = failed_.differ;
  REHEARSAL_TRY_SET(const fs::path fixed, checkpoint_of(*server));
  Result<Attempt> attempted =
      attempt_step(view_, {*server, observer, differ}, failed_.step, fixed, dir_ / fmt::format("trial-{}", round));
  REHEARSAL_TRY(view_.context.store.remove(fixed));
  REHEARSAL_TRY(attempted);
  trial.judgement = std::move(attempted->judgement);
  if (!trial.judgement.stops_lane) {
    trial.passed = PassedState{std::move(server), std::move(observer), std::move(differ)};
    return trial;
  }
  if (Finding* const next = blocker_of(trial.judgement.findings, failed_.step.id)) {
    REHEARSAL_TRY(explain(*attempted, *server, *next, trial.internal));
  }
  REHEARSAL_TRY(server->discard());
  return trial;
}

Result<RetryProof> ServerTrials::run_again(const std::vector<Fix*>& fixes, const PassedState* passed) {
  std::vector<std::string> sql;
  sql.reserve(fixes.size());
  for (const Fix* const fix : fixes) {
    sql.push_back(fix->sql);
  }
  return prove_retry_of(view_, failed_, sql, passed == nullptr ? nullptr : &passed->observer);
}

Result<std::unique_ptr<RunServer>> ServerTrials::start(int round) {
  const std::string name = fmt::format("trial-{}", round);
  const fs::path data = view_.context.store_dir / (file_name_of(failed_.step.id) + "-" + name);
  return RunServer::on_clone(view_.context.servers(), name, failed_.checkpoint, data);
}

Result<fs::path> ServerTrials::checkpoint_of(RunServer& trial) {
  fs::path target = trial.data();
  target += "-fixed";
  REHEARSAL_TRY(trial.sql().execute("FLUSH TABLES"));
  REHEARSAL_TRY(trial.copy_to(target));
  return target;
}

}  // namespace rehearsal
