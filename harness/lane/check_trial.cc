#include "harness/lane/check_trial.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/diagnosis/harm.h"
#include "harness/lane/retry.h"
#include "harness/lane/service_versions.h"
#include "reports/mask/mask.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

void ask_instead(Fix& fix, const std::string& why) {
  const std::string sql = replace_all(std::exchange(fix.sql, {}), "\n", " ");
  fix.decision +=
      (fix.decision.empty() ? "" : " ") + fmt::format("\"{}\" was tried: {}. What should be done?", sql, why);
}

// Runs the fix. None where it is withheld, or refused, which it then asks about.
Result<std::optional<FixEffect>> apply_on(RunServer& clone, Fix& fix) {
  REHEARSAL_TRY_SET(const bool withheld, withhold_harm(clone.sql(), nullptr, fix));
  if (withheld) {
    return std::nullopt;
  }
  const Stopwatch watch;
  REHEARSAL_TRY_SET(const FixEffect effect, apply_fix(clone.sql(), fix.sql));
  fix.tried = true;
  fix.seconds = watch.seconds();
  if (!effect.refused.empty()) {
    ask_instead(fix, "the server refuses it with " + mask_server_message(effect.refused));
    return std::nullopt;
  }
  return effect;
}

// A server on a copy of what the check, named by `name`, saw.
Result<std::unique_ptr<RunServer>> start_trial(const LaneView& view, const std::string& name, RunServer& seen) {
  REHEARSAL_TRY(seen.sql().execute("FLUSH TABLES"));
  return RunServer::on_copy(view.context.servers(), "check", seen,
                            view.context.store_dir / (file_name_of(name) + "-check"));
}

}  // namespace

Result<void> try_check_fixes(const LaneView& view, const PlanStep& step, const LaneState& state,
                             std::vector<Finding>& findings) {
  int number = 0;
  for (Finding& finding : findings) {
    const bool of_check = finding.code == "check-failed" || finding.code == "check-warning";
    if (!of_check || finding.step != step.id || !finding.fix || finding.fix->sql.empty()) {
      continue;
    }
    Fix& fix = *finding.fix;
    REHEARSAL_TRY(check_interrupt());
    view.context.talk.progress(view.lane.service, fmt::format("{}: trying a fix", step.id), true);
    REHEARSAL_TRY_SET(const std::unique_ptr<RunServer> clone, start_trial(view, step.id, state.server));
    REHEARSAL_TRY_SET(const std::optional<FixEffect> effect, apply_on(*clone, fix));
    if (!effect) {
      continue;
    }
    Observer seen = state.observer;
    StepDiffer differences = state.differ;
    const fs::path dir = view.context.run.step_dir(step.id) / fmt::format("check-trial-{}", ++number);
    REHEARSAL_TRY_SET(const Attempt again, attempt_step(view, {*clone, seen, differences}, step, {}, dir));
    const auto& checks = again.judgement.findings;
    fix.passes =
        !again.judgement.record.checks.empty() &&
        std::none_of(checks.begin(), checks.end(), [&](const Finding& one) { return one.title == finding.title; });
    if (!fix.passes) {
      ask_instead(fix, "the check still says the same");
      continue;
    }
    finding.detail +=
        fmt::format("{}With the fix, which changed {}, the check passes.", finding.detail.empty() ? "" : " ",
                    plural(static_cast<std::uint64_t>(effect->rows), "row"));
  }
  return {};
}

Result<void> try_version_fixes(const LaneView& view, RunServer& server, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    const VersionQuestion* question = version_question_of(view.lane, finding);
    if (question == nullptr || !finding.fix || finding.fix->sql.empty()) {
      continue;
    }
    Fix& fix = *finding.fix;
    REHEARSAL_TRY(check_interrupt());
    view.context.talk.progress(view.lane.service, "versions of services: trying a fix", true);
    REHEARSAL_TRY_SET(const std::unique_ptr<RunServer> clone, start_trial(view, "versions", server));
    REHEARSAL_TRY_SET(const std::optional<FixEffect> effect, apply_on(*clone, fix));
    if (!effect) {
      continue;
    }
    REHEARSAL_TRY_SET(const bool still, still_too_old(clone->sql(), view.context.service, view.lane, *question));
    fix.passes = !still;
    if (still) {
      ask_instead(fix, "the records are still too old");
    }
  }
  return {};
}

Result<void> join_version_findings(const LaneView& view, const PlanStep& step, const LaneState& state,
                                   StepJudgement& judgement, std::vector<Finding>& told) {
  for (auto check = judgement.findings.begin(); check != judgement.findings.end();) {
    Finding* known = check->code == "check-failed" ? version_finding_of_check(view.lane, *check, told) : nullptr;
    if (known == nullptr) {
      ++check;
      continue;
    }
    const bool first = known->step.empty();
    if (first && known->fix && !known->fix->sql.empty()) {
      std::vector<Finding> trial = {*check};
      trial.front().fix = Fix{.sql = known->fix->sql, .with = {}, .decision = known->fix->decision};
      REHEARSAL_TRY(try_check_fixes(view, step, state, trial));
      known->fix = trial.front().fix;
    }
    if (first) {
      known->step = step.id;
      known->detail += " " + check->title + (known->fix && known->fix->passes ? ", and passes with the fix." : ".");
    } else {
      known->also.push_back(step.id);
    }
    const bool only_warns = known->severity != Severity::blocker;
    check = judgement.findings.erase(check);
    const bool other = std::any_of(judgement.findings.begin(), judgement.findings.end(),
                                   [](const Finding& finding) { return finding.code == "check-failed"; });
    if (only_warns && !other && judgement.record.status == StepStatus::failed) {
      judgement.record.status = StepStatus::passed;
      judgement.record.reason.clear();
    }
  }
  return {};
}

}  // namespace rehearsal
