#include "harness/step/online_judge.h"

#include <algorithm>
#include <cstdint>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/step/online_pace.h"

namespace rehearsal {

namespace {

std::uint64_t count(std::int64_t rows) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, rows));
}

Finding finding_of(const StepEvidence& evidence, const std::string& migration, std::int64_t rows) {
  Finding finding;
  finding.severity = Severity::blocker;
  finding.service = evidence.step.service;
  finding.release = evidence.step.release;
  finding.step = evidence.step.id;
  finding.revision = migration;
  finding.row_count = rows;
  return finding;
}

std::string ended(const StepEvidence& evidence) {
  return fmt::format("The command ended with exit status {} after {}", evidence.outcome.exit_status,
                     plural(static_cast<std::uint64_t>(evidence.outcome.invocations), "invocation"));
}

// Why no release needs the migration's rows at zero; nullptr: they are needed there.
const RowRule* not_needed(const StepEvidence& evidence, const std::string& migration) {
  const auto& rules = evidence.service.stuck;
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const RowRule& rule) {
    return rule.migration == migration && !rule.not_needed.empty() &&
           (rule.releases.empty() || rule.releases.contains(evidence.step.release));
  });
  return found == rules.end() ? nullptr : &*found;
}

std::string place_of(const StepEvidence& evidence) {
  return evidence.step.part.empty() ? evidence.step.service : evidence.step.part;
}

Finding remaining(const StepEvidence& evidence, const OnlineMigration& migration, std::int64_t rows) {
  Finding finding = finding_of(evidence, migration.name, rows);
  finding.code = "online-remaining";
  finding.title =
      fmt::format("{} of {} cannot be migrated by {}", plural(count(rows), "row"), place_of(evidence), migration.name);
  finding.detail = ended(evidence) + "; every further batch finds the rows again and migrates none of them.";
  return finding;
}

Finding waiting(const StepEvidence& evidence, const OnlineMigration& migration) {
  const std::int64_t in_front = migration.remaining - migration.waiting;
  Finding finding = finding_of(evidence, migration.name, migration.waiting);
  finding.code = "online-left-waiting";
  finding.title =
      in_front > 0 ? fmt::format("{} of {} wait behind {} that {} cannot migrate",
                                 plural(count(migration.waiting), "row"), place_of(evidence), in_front, migration.name)
                   : fmt::format("{} leaves {} of {} that a further pass migrates", migration.name,
                                 plural(count(migration.waiting), "row"), place_of(evidence));
  finding.detail = ended(evidence) + ", and rows that can be migrated are left.";
  if (in_front > 0) {
    finding.detail +=
        " It looks at one batch of rows at a time; those that it cannot migrate come first and fill the batch, so it "
        "considers itself done.";
  }
  if (const std::string option = batch_option(evidence.step); !option.empty() && evidence.outcome.proof_batch > 0) {
    Fix fix;
    fix.decision = fmt::format(
        "Run the command with a batch that reaches past them: `{} {}` was tried on a copy and migrated {}{}. Or repair "
        "the rows in front first.",
        option, evidence.outcome.proof_batch, plural(count(migration.waiting), "row"),
        in_front > 0 ? fmt::format("; any above {} does", in_front) : std::string());
    finding.fix = std::move(fix);
  }
  return finding;
}

Finding left_behind(const StepEvidence& evidence, const OnlineMigration& migration) {
  Finding finding = finding_of(evidence, migration.name, migration.left_behind);
  finding.code = "online-left-behind";
  finding.severity = Severity::warning;
  finding.title = fmt::format("{} of {} that {} found are neither migrated nor found again",
                              plural(count(migration.left_behind), "row"), place_of(evidence), migration.name);
  finding.detail = ended(evidence) + " and says that nothing is left, but the rows are as they were before.";
  return finding;
}

// What no release needs at zero is a condition, and the lane goes on.
void add_finding(const StepEvidence& evidence, Finding finding, StepJudgement& judgement) {
  const RowRule* rule = not_needed(evidence, finding.revision);
  if (finding.severity == Severity::blocker && rule != nullptr) {
    finding.severity = Severity::warning;
    finding.detail += fmt::format(" No release needs them at zero: {}.", rule->not_needed);
  } else if (finding.severity == Severity::blocker) {
    finding.detail += " They must reach zero before the next hop.";
    if (judgement.record.status != StepStatus::failed) {
      judgement.record.status = StepStatus::failed;
      judgement.record.reason = finding.title;
    }
    judgement.stops_lane = true;
  }
  judgement.findings.push_back(std::move(finding));
}

// As many passes as it takes to be sure that it never ends.
void judge_endless(const StepEvidence& evidence, StepJudgement& judgement) {
  Finding finding = finding_of(evidence, {}, 0);
  std::vector<std::string> names;
  for (const OnlineMigration& migration : judgement.record.migrations) {
    if (migration.migrated > 0) {
      names.push_back(fmt::format("{} ({} so far)", migration.name, migration.migrated));
      finding.revision = migration.name;
    }
  }
  finding.row_count.reset();
  finding.code = "online-endless";
  finding.title = fmt::format("the command was still not done after {}",
                              plural(static_cast<std::uint64_t>(evidence.outcome.invocations), "invocation"));
  finding.detail = "Each of them migrated some rows and asked for another: " + join(names, ", ") + ".";
  judgement.record.status = StepStatus::failed;
  judgement.record.reason = finding.title;
  judgement.stops_lane = true;
  judgement.findings.push_back(std::move(finding));
}

}  // namespace

void judge_online(const StepEvidence& evidence, StepJudgement& judgement) {
  const StepOutcome& outcome = evidence.outcome;
  if (!outcome.online) {
    return;
  }
  auto& migrations = judgement.record.migrations;
  const std::set<std::string> visits =
      evidence.service.online ? evidence.service.online->visits : std::set<std::string>();
  migrations = outcome.online->migrations(evidence.remainders, evidence.step.release, visits);
  if (outcome.proof) {
    OnlineProgress::add_proof(*outcome.proof, migrations, visits);
    const auto known = outcome.proof->migrations(evidence.remainders, evidence.step.release, visits);
    for (OnlineMigration& migration : migrations) {
      for (const OnlineMigration& one : known) {
        migration.expected_remainder =
            one.name == migration.name ? one.expected_remainder : migration.expected_remainder;
      }
    }
  }
  if (judgement.record.status == StepStatus::failed) {
    return;
  }
  if (outcome.endless) {
    judge_endless(evidence, judgement);
    return;
  }
  if (outcome.sampled) {
    judgement.record.status = StepStatus::skipped;
    judgement.record.reason = "sampled: stopped after " + human_seconds(outcome.seconds);
    judgement.ends_lane = true;
    return;
  }
  for (const OnlineMigration& migration : migrations) {
    const std::int64_t stuck = migration.remaining - migration.waiting - migration.expected_remainder;
    if (migration.waiting > 0) {
      add_finding(evidence, waiting(evidence, migration), judgement);
    }
    if (stuck > 0) {
      add_finding(evidence, remaining(evidence, migration, stuck), judgement);
    }
    if (migration.left_behind > 0) {
      add_finding(evidence, left_behind(evidence, migration), judgement);
    }
  }
}

}  // namespace rehearsal
