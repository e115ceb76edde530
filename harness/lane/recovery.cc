#include "harness/lane/recovery.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/step/step_finding.h"

namespace rehearsal {

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
  Recoverer(const PlanStep& step, const StepJudgement& failed, Trials& trials)
      : step_(step), failed_(failed), trials_(trials) {}

  Result<Recovery> run() {
    recovery_.findings = failed_.findings;
    Finding* const first = blocker_of(recovery_.findings, step_.id);
    if (first == nullptr) {
      return std::move(recovery_);
    }
    blockers_.push_back(static_cast<std::size_t>(first - recovery_.findings.data()));
    REHEARSAL_TRY_SET(internal_, trials_.explain(*first));
    REHEARSAL_TRY(try_fixes());
    ask_instead();
    REHEARSAL_TRY(prove_retry());
    std::move(internal_.begin(), internal_.end(), std::back_inserter(recovery_.findings));
    return std::move(recovery_);
  }

 private:
  [[nodiscard]] Finding& blocker(std::size_t index) { return recovery_.findings[blockers_[index]]; }

  // Of every blocker so far, in the order in which they were found.
  [[nodiscard]] std::vector<Fix*> fixes() {
    std::vector<Fix*> fixes;
    for (std::size_t i = 0; i < blockers_.size(); ++i) {
      fixes.push_back(&*blocker(i).fix);
    }
    return fixes;
  }

  // Each round: all fixes so far on a clone of the checkpoint, the step on top. Another failure there gives another
  // fix.
  Result<void> try_fixes() {
    for (int round = 1; round <= kMostTrials; ++round) {
      const std::optional<Fix>& last = blocker(blockers_.size() - 1).fix;
      if (!last || last->sql.empty()) {
        return {};
      }
      REHEARSAL_TRY_SET(Trial trial, trials_.run(round, fixes()));
      for (std::size_t i = 0; i < trial.changed.size(); ++i) {
        changed_[i] = trial.changed[i];
      }
      std::move(trial.internal.begin(), trial.internal.end(), std::back_inserter(internal_));
      if (trial.refused) {
        return {};
      }
      if (trial.passed) {
        accept(trial.judgement);
        recovery_.passed = std::move(trial.passed);
        return {};
      }
      Finding* const next = blocker_of(trial.judgement.findings, step_.id);
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

  // A fix that was not tried, or tried and not enough, is not offered but told.
  void ask_instead() {
    for (std::size_t at = 0; at < recovery_.findings.size(); ++at) {
      Finding& finding = recovery_.findings[at];
      const bool open = finding.severity == Severity::blocker && finding.step == step_.id && finding.fix &&
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
        fix.decision +=
            place == blockers_.end()
                ? fmt::format("Not tried: \"{}\". Is that the right thing to do?", sql)
                : fmt::format(
                      "{} fixes were tried on this step, one on top of the other, and it still "
                      "stops. The rehearsal knows nothing more to try: a person must decide what to do here.",
                      kMostTrials);
      } else if (last) {
        fix.decision += fmt::format("\"{}\" was tried, and the step still stops. What else is in its way?", sql);
      } else {
        fix.decision +=
            fmt::format("With \"{}\" the step gets past this, but then stops with {}. Should it be done anyway?", sql,
                        name_of(recovery_.findings[*(place + 1)]));
      }
    }
  }

  void accept(const StepJudgement& passed) {
    for (std::size_t i = 0; i < blockers_.size(); ++i) {
      Finding& finding = blocker(i);
      finding.fix->passes = true;
      for (std::size_t other = 0; other < blockers_.size(); ++other) {
        if (other != i) {
          finding.fix->with.push_back(name_of(blocker(other)));
        }
      }
      finding.detail +=
          fmt::format(" With the fix{}, which changed {}, the step passes in {}.", blockers_.size() > 1 ? "es" : "",
                      plural(static_cast<std::uint64_t>(changed_[i]), "row"), human_seconds(passed.record.seconds));
    }
    // What the step did to the rows once it could run is told like that of any other step.
    recovery_.findings.insert(recovery_.findings.end(), passed.findings.begin(), passed.findings.end());
  }

  Result<void> prove_retry() {
    const bool schema_step = step_.phase == Phase::expand || step_.phase == Phase::migrate ||
                             step_.phase == Phase::sync || step_.phase == Phase::contract;
    if (!schema_step || failed_.record.seconds > kLongestRetry) {
      return {};
    }
    const bool passes = recovery_.passed.has_value();
    REHEARSAL_TRY_SET(const RetryProof proof,
                      trials_.run_again(passes ? fixes() : std::vector<Fix*>{}, passes ? &*recovery_.passed : nullptr));
    blocker(0).detail += (blocker(0).detail.empty() ? "" : " ") + proof.words;
    if (proof.skips_work) {
      Finding finding = finding_for(step_, "retry-skips-work", Severity::warning,
                                    "run again after its failure, the step succeeds but skips a part of its work");
      finding.revision = blocker(0).revision;
      finding.table = proof.table;
      finding.detail = proof.words;
      recovery_.findings.push_back(std::move(finding));
    }
    return {};
  }

  const PlanStep& step_;
  const StepJudgement& failed_;
  Trials& trials_;
  Recovery recovery_;
  std::vector<Finding> internal_;                // queries of ours that failed
  std::vector<std::size_t> blockers_;            // in recovery_.findings
  std::map<std::size_t, std::int64_t> changed_;  // rows that the fix of each blocker changed
};

}  // namespace

Result<Recovery> recover(const PlanStep& step, const StepJudgement& failed, Trials& trials) {
  return Recoverer(step, failed, trials).run();
}

}  // namespace rehearsal
