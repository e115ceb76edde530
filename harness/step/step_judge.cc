#include "harness/step/step_judge.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/diff/table_rules.h"
#include "harness/step/check_crash.h"
#include "harness/step/judge_changes.h"
#include "harness/step/online_judge.h"
#include "harness/step/statement_table.h"
#include "harness/step/step_finding.h"
#include "harness/step/step_limit.h"
#include "harness/step/upgrade_check.h"
#include "reports/error_text.h"
#include "reports/mask/mask.h"
#include "reports/mask/shorten.h"
#include "scenarios/cells.h"

namespace rehearsal {

namespace {

constexpr std::size_t kTailLines = 40, kLineTold = 500;

std::string tail_of(const std::string& output) {
  std::vector<std::string> lines = lines_of(output);
  if (lines.size() > kTailLines) {
    lines.erase(lines.begin(), lines.end() - kTailLines);
  }
  return mask_text(with_short_lines(join(lines, "\n"), kLineTold));
}

void append(std::vector<Finding> findings, StepJudgement& judgement) {
  for (Finding& finding : findings) {
    judgement.findings.push_back(std::move(finding));
  }
}

// A schema step that ends well and leaves a schema short of its head has not done its work.
void judge_heads(const StepEvidence& evidence, StepJudgement& judgement) {
  if (only_reads(evidence.step.phase) || is_online(evidence.step.phase) || evidence.step.phase == Phase::migrate ||
      evidence.step.phase == Phase::expand) {
    return;
  }
  for (const std::string& schema : evidence.step.schemas) {
    const auto heads = evidence.service.heads.find(head_role(evidence.service, role_of(evidence.schemas, schema)));
    if (heads == evidence.service.heads.end() || !heads->second.contains(evidence.step.release)) {
      continue;
    }
    std::vector<std::string> wanted = heads->second.at(evidence.step.release);
    std::sort(wanted.begin(), wanted.end());
    const auto now = evidence.effects.revisions.find(schema);
    const std::string reached = now == evidence.effects.revisions.end() ? "" : now->second;
    if (reached == join(wanted, ", ")) {
      continue;
    }
    const auto then = evidence.revisions_before.find(schema);
    const bool moved = then == evidence.revisions_before.end() || then->second != reached;
    Finding finding = finding_for(
        evidence.step, "revision-not-reached", moved ? Severity::warning : Severity::blocker,
        fmt::format("{} ended with exit status {}, but {} is at revision {}, not {}", evidence.step.id,
                    evidence.outcome.exit_status, schema, reached.empty() ? "none" : reached, join(wanted, ", ")));
    finding.table = schema;
    finding.revision = reached;
    judgement.findings.push_back(std::move(finding));
    if (!moved) {
      judgement.record.status = StepStatus::failed;
      judgement.record.reason = "the schema did not reach its head";
      judgement.stops_lane = true;
    }
  }
}

// The checks that this step cannot judge.
std::vector<UncheckedCheck> not_judged_at(const StepEvidence& evidence) {
  std::vector<UncheckedCheck> checks = evidence.service.not_judged;
  std::erase_if(checks, [&](const UncheckedCheck& check) {
    return check.after_first_hop && evidence.step.release == evidence.first_target;
  });
  return checks;
}

// A check that broke off says nothing of the data. Whether it does so in production too is known only where the
// catalogue knows the defect.
void judge_crash(const StepEvidence& evidence, StepJudgement& judgement) {
  const StepOutcome& outcome = evidence.outcome;
  StepRecord& record = judgement.record;
  record.status = StepStatus::skipped;
  const KnownCrash* known = known_crash(evidence.service, evidence.step.release, outcome.output);
  if (known != nullptr) {
    record.reason = fmt::format("not judged: {} ({})", known->why, known->source);
    return;
  }
  const std::string told = mask_text(exception_in(outcome.output).value_or(read_error(outcome.output).telling));
  Finding finding = finding_for(
      evidence.step, "check-crashed", Severity::warning,
      fmt::format("{} aborted with exit status {} before any check reported", evidence.step.id, outcome.exit_status));
  finding.error = told;
  record.reason = "not judged: " + finding.title;
  judgement.findings.push_back(std::move(finding));
}

// A step that printed a traceback and ended with success swallowed an error.
void judge_traceback(const StepEvidence& evidence, StepJudgement& judgement) {
  const StepOutcome& outcome = evidence.outcome;
  const std::optional<std::string> exception = exception_in(outcome.output);
  if (!exception || outcome.exit_status != 0) {
    return;
  }
  Finding finding = finding_for(evidence.step, "traceback-printed",
                                only_reads(evidence.step.phase) ? Severity::info : Severity::warning,
                                evidence.step.id + " printed a traceback and ended with exit status 0");
  finding.error = mask_text(*exception);
  judgement.findings.push_back(std::move(finding));
}

// A check is told row by row; one that could not run, or needs what a rehearsal has not, is told as not judged.
void judge_checks(const StepEvidence& evidence, StepJudgement& judgement) {
  StepRecord& record = judgement.record;
  record.checks = read_upgrade_check(evidence.outcome.output, not_judged_at(evidence));
  const std::size_t judged = static_cast<std::size_t>(
      std::count_if(record.checks.begin(), record.checks.end(), [](const CheckResult& check) { return check.judged; }));
  for (CheckResult& check : record.checks) {
    check.details = mask_text(check.details);
  }
  if (record.checks.empty()) {
    judge_crash(evidence, judgement);
    return;
  }
  if (judged == 0) {
    record.status = StepStatus::skipped;
    record.reason = "not judged: every check needs another service or the operator's configuration";
    return;
  }
  record.status = StepStatus::passed;
  for (const CheckResult& check : record.checks) {
    const std::string result = lower(check.result);
    if (!check.judged || result == "success") {
      continue;
    }
    const bool failed = result == "failure" || result == "error";
    Finding finding = finding_for(evidence.step, failed ? "check-failed" : "check-warning",
                                  failed ? Severity::blocker : Severity::warning,
                                  fmt::format("upgrade check '{}' says {}", check.name, check.result));
    finding.detail = check.details;
    judgement.findings.push_back(std::move(finding));
    if (failed) {
      record.status = StepStatus::failed;
      record.reason = judgement.findings.back().title;
    }
  }
}

// The column that the server's message names: "Data truncated for column 'x' at row 1".
std::vector<std::string> columns_of(const std::string& message) {
  for (const std::string_view word : {"column '", "Column '"}) {
    const std::size_t at = message.find(word);
    if (at == std::string::npos) {
      continue;
    }
    const std::size_t begin = at + word.size();
    const std::size_t end = message.find('\'', begin);
    if (end != std::string::npos) {
      const std::string name = message.substr(begin, end - begin);
      return {name.substr(name.rfind('.') + 1)};
    }
  }
  return {};
}

// Before the step, and what the step made before it failed.
std::set<std::string> known_tables(const StepEvidence& evidence) {
  std::set<std::string> names;
  for (const auto& [name, shape] : evidence.before.tables) {
    names.insert(name);
  }
  for (const SchemaChange& change : evidence.effects.schema) {
    names.insert(change.object);
  }
  return names;
}

void judge_failure(const StepEvidence& evidence, StepJudgement& judgement) {
  const StepOutcome& outcome = evidence.outcome;
  const ErrorText error = read_error(outcome.output);
  Finding finding = finding_for(evidence.step, finding_code(error.number, error.telling + " " + error.statement),
                                Severity::blocker, {});
  finding.revision = error.revision;
  finding.error = mask_text(error.error.empty() ? error.telling : error.error);
  if (outcome.online && !outcome.online->failed().empty()) {
    finding.revision = outcome.online->failed().front();
    finding.detail =
        mask_text("Error attempting to run " + join(outcome.online->failed(), ", ") + ": " + error.telling);
    if (error.number == 0) {
      finding.code = "online-error";
    }
  }
  finding.statement = mask_text(error.statement);
  finding.columns = columns_of(error.message);
  finding.table = table_of_statement(error.statement, evidence.step.schemas, known_tables(evidence));
  const std::string told = finding.error.empty() ? fmt::format("exit status {}", outcome.exit_status) : finding.error;
  finding.title = "the step stops with " + told;
  judgement.record.status = StepStatus::failed;
  judgement.record.reason = told;
  judgement.findings.push_back(std::move(finding));
  judgement.stops_lane = true;
}

// What a step did before a limit ended it is half of its work, and judged by nothing. What comes after it would run on
// that.
void judge_limit(const StepEvidence& evidence, StepJudgement& judgement) {
  Finding finding = limit_finding(evidence.step, evidence.outcome);
  judgement.record.status = StepStatus::skipped;
  judgement.record.reason = finding.title;
  judgement.stops_lane = !only_reads(evidence.step.phase) && evidence.step.phase != Phase::purge;
  judgement.findings.push_back(std::move(finding));
}

// A purge is meant to delete rows. One that fails is worth knowing before production tries it, and stops nothing here.
void judge_purge(const StepEvidence& evidence, StepJudgement& judgement) {
  if (evidence.outcome.meaning != ExitMeaning::failed) {
    return;
  }
  const ErrorText error = read_error(evidence.outcome.output);
  Finding finding = finding_for(evidence.step, "purge-failed", Severity::warning,
                                fmt::format("{} cannot purge its deleted rows: exit status {}", evidence.step.service,
                                            evidence.outcome.exit_status));
  finding.error = mask_text(error.error.empty() ? error.telling : error.error);
  finding.statement = mask_text(error.statement);
  finding.table = table_of_statement(error.statement, evidence.step.schemas, known_tables(evidence));
  judgement.record.status = StepStatus::skipped;
  judgement.record.reason = "the purge did not finish";
  judgement.findings.push_back(std::move(finding));
}

}  // namespace

StepRecord record_of(const PlanStep& step) {
  StepRecord record;
  record.id = step.id;
  record.service = step.service;
  record.release = step.release;
  record.phase = step.phase;
  record.part = step.part;
  record.version = step.version;
  record.command = step.command;
  return record;
}

StepJudgement judge_step(const StepEvidence& evidence) {
  const StepOutcome& outcome = evidence.outcome;
  StepJudgement judgement;
  StepRecord& record = judgement.record;
  record = record_of(evidence.step);
  record.exit_status = outcome.exit_status;
  record.seconds = outcome.seconds;
  record.invocations = outcome.invocations;
  record.tables = evidence.effects.tables;
  record.schema = evidence.effects.schema;
  for (SchemaChange& change : record.schema) {
    std::transform(change.details.begin(), change.details.end(), change.details.begin(), mask_definition);
  }
  record.revisions = evidence.effects.revisions;
  record.output_tail = tail_of(outcome.output);
  record.status = StepStatus::passed;
  if (!outcome.limit.empty()) {
    judge_limit(evidence, judgement);
    return judgement;
  }
  judge_traceback(evidence, judgement);
  if (only_reads(evidence.step.phase)) {
    judge_checks(evidence, judgement);
    append(judge_unchanged(evidence), judgement);
    return judgement;
  }
  if (evidence.step.phase == Phase::purge) {
    judge_purge(evidence, judgement);
    return judgement;
  }
  if (outcome.meaning == ExitMeaning::failed) {
    judge_failure(evidence, judgement);
  }
  judge_online(evidence, judgement);
  if (record.status == StepStatus::passed) {
    judge_heads(evidence, judgement);
  }
  append(judge_changes(evidence), judgement);
  return judgement;
}

}  // namespace rehearsal
