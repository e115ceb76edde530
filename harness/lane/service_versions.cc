#include "harness/lane/service_versions.h"

#include <algorithm>
#include <cstdint>

#include <fmt/core.h>

#include "base/table_name.h"
#include "base/text.h"
#include "harness/audit/found_rows.h"
#include "harness/step/name_rows.h"

namespace rehearsal {

namespace {

Result<std::vector<FoundRows>> rows_of(Sql& sql, const Service& service, const Lane& lane, const RowRule& rule) {
  return find_rows(sql, rule, schemas_of_rule(rule, service, lane.schemas, PlanStep{}));
}

// When the last of all services renewed its record; empty where none ever did.
Result<std::string> newest_heartbeat(Sql& sql, const Service& service, const Lane& lane, const VersionRule& rule) {
  std::string newest;
  for (const std::string& schema : schemas_of_rule(rule.rows, service, lane.schemas, PlanStep{})) {
    for (const std::string& table : rule.rows.tables) {
      const auto value =
          sql.value(fmt::format("SELECT MAX({}) FROM {}.{} t", rule.heartbeat, sql_name(schema), sql_name(table)));
      if (!value && is_lost_connection(sql.last_errno())) {
        return fail(value.error());
      }
      newest = std::max(newest, value ? value->value_or("") : std::string());
    }
  }
  return newest;
}

// How many of the rows belong to services that ran when the dump was taken.
Result<std::int64_t> alive_among(Sql& sql, const Service& service, const Lane& lane, const VersionRule& rule) {
  REHEARSAL_TRY_SET(const std::string newest, newest_heartbeat(sql, service, lane, rule));
  if (newest.empty()) {
    return 0;
  }
  RowRule alive = rule.rows;
  alive.where = fmt::format("({}) AND {} >= {} - INTERVAL 1 HOUR", rule.rows.where, rule.heartbeat, sql_string(newest));
  REHEARSAL_TRY_SET(const std::vector<FoundRows> found, rows_of(sql, service, lane, alive));
  std::int64_t count = 0;
  for (const FoundRows& rows : found) {
    count += rows.count;
  }
  return count;
}

// SQL takes records of services away for good, so it is offered where none of them runs.
Fix cure_of(const RowRule& rule, const std::vector<FoundRows>& found, std::int64_t alive) {
  Fix fix;
  for (const FoundRows& rows : found) {
    if (alive > 0 || rule.fix.empty()) {
      break;
    }
    fix.sql += (fix.sql.empty() ? "" : "\n") +
               expand(rule.fix, {{"schema", rows.quoted_schema}, {"table", rows.quoted_table}}) + ";";
  }
  fix.decision = rule.decision;
  return fix;
}

std::string lives_of(std::int64_t all, std::int64_t alive) {
  if (alive == 0) {
    return "None of them had been renewed for an hour before the newest record of the dump.";
  }
  if (alive == all) {
    return all == 1 ? "It was renewed up to the dump: the service runs." : "All were renewed up to the dump: they run.";
  }
  return fmt::format("{} of them were renewed up to the dump: these services run.", alive);
}

Finding version_finding(const Lane& lane, const VersionQuestion& question, const std::vector<FoundRows>& found,
                        std::int64_t alive) {
  const VersionRule& rule = question.rule;
  Finding finding;
  finding.code = "service-version-too-old";
  finding.severity = rule.severity == Severity::blocker && !question.relaxed ? Severity::blocker : Severity::warning;
  finding.service = lane.service;
  finding.release = question.release;
  finding.cause = rule.rows.words;
  set_rows(finding, rule.rows, found);
  const std::int64_t all = finding.row_count.value_or(0);
  finding.title = fmt::format("{}: {}", plural(static_cast<std::uint64_t>(all), "row"), rule.rows.words);
  finding.detail = fmt::format("{} ({}). {}", rule.meaning, list_of(found), lives_of(all, alive));
  if (question.relaxed) {
    finding.title += ", but for " + rule.relaxed_by;
    finding.detail += fmt::format(" The scenario's {} makes it a warning of the services'.", rule.relaxed_by);
  }
  Fix fix = cure_of(rule.rows, found, alive);
  if (!fix.sql.empty() || !fix.decision.empty()) {
    finding.fix = std::move(fix);
  }
  return finding;
}

Finding assumed_later(const Lane& lane) {
  Finding finding;
  finding.code = "service-versions-assumed";
  finding.service = lane.service;
  finding.release = lane.first_target;
  finding.title = fmt::format("versions of running services are judged on the hop to {} only", lane.first_target);
  finding.detail = fmt::format(
      "The dump holds what the services of production wrote. On the hops after {} it is assumed that every service was "
      "upgraded with the hop before, as the runbook has it, or its record removed.",
      lane.first_target);
  return finding;
}

bool has_later_hop(const Lane& lane) {
  return std::any_of(lane.steps.begin(), lane.steps.end(),
                     [&](const PlanStep& step) { return only_reads(step.phase) && step.release != lane.first_target; });
}

}  // namespace

Result<std::vector<Finding>> judge_service_versions(Sql& sql, const Service& service, const Lane& lane) {
  std::vector<Finding> findings;
  for (const VersionQuestion& question : lane.versions) {
    REHEARSAL_TRY_SET(const std::vector<FoundRows> found, rows_of(sql, service, lane, question.rule.rows));
    if (!found.empty()) {
      REHEARSAL_TRY_SET(const std::int64_t alive, alive_among(sql, service, lane, question.rule));
      findings.push_back(version_finding(lane, question, found, alive));
    }
  }
  if (!lane.versions.empty() && has_later_hop(lane)) {
    findings.push_back(assumed_later(lane));
  }
  return findings;
}

const VersionQuestion* version_question_of(const Lane& lane, const Finding& finding) {
  const auto found = std::find_if(lane.versions.begin(), lane.versions.end(), [&](const VersionQuestion& question) {
    return finding.code == "service-version-too-old" && finding.cause == question.rule.rows.words;
  });
  return found == lane.versions.end() ? nullptr : &*found;
}

Finding* version_finding_of_check(const Lane& lane, const Finding& check, std::vector<Finding>& findings) {
  const std::string name = lower(check_named_in(check.title));
  if (check.release != lane.first_target || name.empty()) {
    return nullptr;
  }
  for (Finding& finding : findings) {
    const VersionQuestion* question = version_question_of(lane, finding);
    if (question != nullptr && lower(question->rule.check) == name) {
      return &finding;
    }
  }
  return nullptr;
}

Result<bool> still_too_old(Sql& sql, const Service& service, const Lane& lane, const VersionQuestion& question) {
  REHEARSAL_TRY_SET(const std::vector<FoundRows> found, rows_of(sql, service, lane, question.rule.rows));
  return !found.empty();
}

}  // namespace rehearsal
