#include "harness/lane/recovery.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/diagnosis/diagnose.h"
#include "harness/diagnosis/harm.h"
#include "harness/lane/retry.h"
#include "harness/step/step_finding.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// So many fixes, one on top of the other, are tried on a step; what still stops it then is told, not guessed at.
constexpr int kMostTrials = 3;

bool same_failure(const Finding& a, const Finding& b) {
  return a.code == b.code && a.table == b.table && a.columns == b.columns && a.error == b.error;
}

std::string name_of(const Finding& finding) {
  return finding.table.empty() ? finding.code : finding.code + " on " + finding.table;
}

class Recoverer {
 public:
  Recoverer(const LaneView& view, const FailedAttempt& failed)
      : view_(view), failed_(failed), dir_(view.context.run.step_dir(failed.step.id)) {}

  Result<Recovery> run() {
    recovery_.findings = std::move(failed_.attempt.judgement.findings);
    Finding* first = blocker_of(recovery_.findings, failed_.step.id);
    if (first == nullptr) {
      return std::move(recovery_);
    }
    blockers_.push_back(static_cast<std::size_t>(first - recovery_.findings.data()));
    REHEARSAL_TRY(explain(failed_.attempt, failed_.server, *first));
    REHEARSAL_TRY(try_fixes());
    ask_instead();
    REHEARSAL_TRY(prove_retry());
    for (Finding& finding : internal_) {
      recovery_.findings.push_back(std::move(finding));
    }
    return std::move(recovery_);
  }

 private:
  [[nodiscard]] Finding& blocker(std::size_t index) { return recovery_.findings[blockers_[index]]; }

  // A query of ours that fails is a finding of its own; what the step said stays.
  Result<void> explain(const Attempt& attempt, RunServer& server, Finding& finding) {
    const ErrorText error = read_error(attempt.output);
    const FailedStep failed{failed_.step,
                            error,
                            attempt.trace,
                            view_.context.reference,
                            &failed_.before.schema(),
                            fmt::format("rehearse shell {} --at {}", view_.context.run.id(), failed_.step.id)};
    const Result<void> told = diagnose(server.sql(), failed, finding);
    if (told) {
      return {};
    }
    if (is_lost_connection(server.sql().last_errno())) {
      return fail(told.error());
    }
    Finding own = finding_of_step("internal-error", finding.revision);
    own.table = finding.table;
    own.title = "a query of the rehearsal's own failed: " + told.error().what;
    own.error = mask_text(told.error().where);
    own.detail = "The step's own finding stands; what the query would have added is missing there.";
    internal_.push_back(std::move(own));
    return {};
  }

  [[nodiscard]] Finding finding_of_step(std::string code, std::string revision) const {
    Finding finding;
    finding.code = std::move(code);
    finding.severity = Severity::warning;
    finding.service = failed_.step.service;
    finding.release = failed_.step.release;
    finding.step = failed_.step.id;
    finding.revision = std::move(revision);
    return finding;
  }

  // Each round: all fixes so far on a clone of the checkpoint, the step on top. Another failure there gives another
  // fix.
  Result<void> try_fixes() {
    for (int round = 1; round <= kMostTrials; ++round) {
      if (!blocker(blockers_.size() - 1).fix || blocker(blockers_.size() - 1).fix->sql.empty()) {
        return {};
      }
      REHEARSAL_TRY(check_interrupt());
      view_.context.talk.progress(view_.lane.service, fmt::format("{}: trying a fix", failed_.step.id), true);
      REHEARSAL_TRY_SET(std::unique_ptr<RunServer> trial, start_trial(round));
      REHEARSAL_TRY_SET(const bool applied, apply_fixes(*trial));
      if (!applied) {
        return trial->discard();
      }
      // What the step does to the rows is told against the state with the fixes, not against the snapshot's.
      Observer observer = failed_.before;
      StepDiffer differ = failed_.differ;
      REHEARSAL_TRY_SET(const fs::path fixed, checkpoint_of(*trial));
      Result<Attempt> attempted =
          attempt_step(view_, {*trial, observer, differ}, failed_.step, fixed, dir_ / fmt::format("trial-{}", round));
      REHEARSAL_TRY(view_.context.store.remove(fixed));
      REHEARSAL_TRY(attempted);
      Attempt attempt = std::move(*attempted);
      if (!attempt.judgement.stops_lane) {
        accept(attempt);
        recovery_.server = std::move(trial);
        recovery_.observer = std::move(observer);
        recovery_.differ = std::move(differ);
        return {};
      }
      Finding* next = blocker_of(attempt.judgement.findings, failed_.step.id);
      if (next != nullptr) {
        REHEARSAL_TRY(explain(attempt, *trial, *next));
      }
      REHEARSAL_TRY(trial->discard());
      const bool told = next == nullptr || std::any_of(blockers_.begin(), blockers_.end(), [&](std::size_t at) {
                          return same_failure(recovery_.findings[at], *next);
                        });
      if (told) {
        return {};
      }
      take_up(std::move(*next));
    }
    return {};
  }

  // What stops the step next; it may have been told with the first already.
  void take_up(Finding&& next) {
    const auto known = std::find_if(recovery_.findings.begin(), recovery_.findings.end(), [&](const Finding& finding) {
      return finding.step == next.step && finding.severity == next.severity && finding.revision == next.revision &&
             same_failure(finding, next);
    });
    blockers_.push_back(static_cast<std::size_t>(known - recovery_.findings.begin()));
    if (known == recovery_.findings.end()) {
      recovery_.findings.push_back(std::move(next));
    } else {
      *known = std::move(next);
    }
  }

  Result<std::unique_ptr<RunServer>> start_trial(int round) {
    const std::string name = fmt::format("trial-{}", round);
    const fs::path data = view_.context.store_dir / (file_name_of(failed_.step.id) + "-" + name);
    return RunServer::on_clone(view_.context.servers(), name, failed_.checkpoint, data);
  }

  Result<fs::path> checkpoint_of(RunServer& trial) {
    fs::path target = trial.data();
    target += "-fixed";
    REHEARSAL_TRY(trial.sql().execute("FLUSH TABLES"));
    REHEARSAL_TRY(trial.copy_to(target));
    return target;
  }

  // False where a fix itself is refused, or would do harm to what was there before the step; its finding says so.
  Result<bool> apply_fixes(RunServer& trial) {
    for (std::size_t i = 0; i < blockers_.size(); ++i) {
      Finding& finding = blocker(i);
      REHEARSAL_TRY_SET(const bool withheld, withhold_harm(trial.sql(), nullptr, *finding.fix));
      if (withheld) {
        return false;
      }
      const Stopwatch watch;
      REHEARSAL_TRY_SET(const FixEffect effect, apply_fix(trial.sql(), finding.fix->sql));
      finding.fix->tried = true;
      finding.fix->seconds = watch.seconds();
      changed_[i] = effect.rows;
      if (!effect.refused.empty()) {
        finding.fix->decision += (finding.fix->decision.empty() ? "" : " ") +
                                 fmt::format("The server refuses the fix: {}", mask_server_message(effect.refused));
        return false;
      }
    }
    return true;
  }

  // A fix that was not tried, or tried and not enough, is not offered but told.
  void ask_instead() {
    for (std::size_t at = 0; at < recovery_.findings.size(); ++at) {
      Finding& finding = recovery_.findings[at];
      const bool open = finding.severity == Severity::blocker && finding.step == failed_.step.id && finding.fix &&
                        !finding.fix->passes && !finding.fix->sql.empty();
      if (!open) {
        continue;
      }
      Fix& fix = *finding.fix;
      const std::string sql = replace_all(std::exchange(fix.sql, {}), "\n", " ");
      const auto place = std::find(blockers_.begin(), blockers_.end(), at);
      const bool last = place == blockers_.end() || place + 1 == blockers_.end();
      fix.decision += fix.decision.empty() ? "" : " ";
      if (!fix.tried) {
        fix.decision += place == blockers_.end()
                            ? fmt::format("Not tried: \"{}\". Is that what is to be done?", sql)
                            : fmt::format(
                                  "{} fixes were tried on this step, one on top of the other, and it still "
                                  "stops: this is as far as it is known. What is to be done here is for a "
                                  "person to say.",
                                  kMostTrials);
      } else if (last) {
        fix.decision += fmt::format("\"{}\" was tried, and the step still stops. What else is in its way?", sql);
      } else {
        fix.decision +=
            fmt::format("With \"{}\" the step gets past this, and stops with {}. Is it to be done all the same?", sql,
                        name_of(recovery_.findings[*(place + 1)]));
      }
    }
  }

  void accept(const Attempt& attempt) {
    for (std::size_t i = 0; i < blockers_.size(); ++i) {
      Finding& finding = blocker(i);
      finding.fix->passes = true;
      for (std::size_t other = 0; other < blockers_.size(); ++other) {
        if (other != i) {
          finding.fix->with.push_back(name_of(blocker(other)));
        }
      }
      finding.detail += fmt::format(
          " With the fix{}, which changed {}, the step passes in {}.", blockers_.size() > 1 ? "es" : "",
          plural(static_cast<std::uint64_t>(changed_[i]), "row"), human_seconds(attempt.judgement.record.seconds));
    }
    // What the step did to the rows once it could run is told like that of any other step.
    for (const Finding& finding : attempt.judgement.findings) {
      recovery_.findings.push_back(finding);
    }
  }

  Result<void> prove_retry() {
    const bool schema_step = failed_.step.phase == Phase::expand || failed_.step.phase == Phase::migrate ||
                             failed_.step.phase == Phase::sync || failed_.step.phase == Phase::contract;
    if (!schema_step || failed_.attempt.judgement.record.seconds > kLongestRetry) {
      return {};
    }
    std::vector<std::string> fixes;
    if (recovery_.server) {
      for (const std::size_t at : blockers_) {
        fixes.push_back(recovery_.findings[at].fix->sql);
      }
    }
    REHEARSAL_TRY_SET(const RetryProof proof,
                      prove_retry_of(view_, failed_, fixes, recovery_.observer ? &*recovery_.observer : nullptr));
    blocker(0).detail += (blocker(0).detail.empty() ? "" : " ") + proof.words;
    if (proof.skips_work) {
      Finding finding = finding_of_step("retry-skips-work", blocker(0).revision);
      finding.table = proof.table;
      finding.title = "run again after its failure, the step ends well and leaves out a part of its work";
      finding.detail = proof.words;
      recovery_.findings.push_back(std::move(finding));
    }
    return {};
  }

  const LaneView& view_;
  const FailedAttempt& failed_;
  const fs::path dir_;
  Recovery recovery_;
  std::vector<Finding> internal_;                // queries of ours that failed
  std::vector<std::size_t> blockers_;            // in recovery_.findings
  std::map<std::size_t, std::int64_t> changed_;  // rows that the fix of each blocker changed
};

}  // namespace

Result<Recovery> recover(const LaneView& view, const FailedAttempt& failed) {
  return Recoverer(view, failed).run();
}

}  // namespace rehearsal
