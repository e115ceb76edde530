#include "harness/step/name_rows.h"

#include "harness/audit/found_rows.h"
#include "harness/step/guards.h"

namespace rehearsal {

namespace {

bool applies(const RowRule& rule, const std::string& migration, const std::string& release) {
  return rule.migration == migration && (rule.releases.empty() || rule.releases.contains(release));
}

void add_detail(Finding& finding, const std::string& text) {
  const bool open = !finding.detail.empty() && finding.detail.back() != '.';
  finding.detail += (finding.detail.empty() ? "" : open ? ". " : " ") + text;
}

// The rows that the first rule with any finds, for the migration that the finding names.
Result<void> name_by(Sql& sql, const std::vector<RowRule>& rules, const Service& service,
                     const std::map<std::string, std::string>& lane, const PlanStep& step, Finding& finding) {
  for (const RowRule& rule : rules) {
    if (!applies(rule, finding.revision, step.release)) {
      continue;
    }
    REHEARSAL_TRY_SET(const std::vector<FoundRows> found,
                      find_rows(sql, rule, schemas_of_rule(rule, service, lane, step)));
    if (found.empty()) {
      continue;
    }
    set_rows(finding, rule, found);
    add_detail(finding, rule.words + " (" + list_of(found) + ").");
    REHEARSAL_TRY_SET(finding.fix, fix_of(sql, rule, found));
    return {};
  }
  return {};
}

// The rows that fill the batch, of what is told of those that wait behind them.
Result<void> name_in_front(Sql& sql, const Service& service, const std::map<std::string, std::string>& lane,
                           const PlanStep& step, Finding& finding) {
  Finding front;
  front.revision = finding.revision;
  REHEARSAL_TRY(name_by(sql, service.stuck, service, lane, step, front));
  if (!front.table.empty()) {
    finding.table = front.table;
    finding.columns = front.columns;
    add_detail(finding, "In front: " + front.detail);
  }
  return {};
}

Result<void> name_guarded(Sql& sql, const Service& service, const PlanStep& step, const std::string& output,
                          Finding& finding) {
  REHEARSAL_TRY_SET(const std::optional<GuardMatch> guard, match_guard(sql, service, step, output));
  if (!guard) {
    return {};
  }
  finding.code = "guard";
  add_detail(finding, guard->words + ".");
  finding.table = guard->table;
  finding.columns = guard->columns;
  if (!guard->table.empty()) {
    finding.row_count = guard->row_count;
    finding.soft_deleted = guard->soft_deleted;
    finding.rows = guard->rows;
  }
  finding.fix = guard->fix;
  return {};
}

// All rules of the check that find rows, the first of them for the finding's table. There is a fix where each has one.
Result<void> name_checked(Sql& sql, const Service& service, const std::map<std::string, std::string>& lane,
                          const PlanStep& step, Finding& finding) {
  Fix fix;
  bool whole = true, named = false;
  for (const RowRule* rule : rules_of_check(service, step.release, check_named_in(finding.title))) {
    REHEARSAL_TRY_SET(const std::vector<FoundRows> found,
                      find_rows(sql, *rule, schemas_of_rule(*rule, service, lane, step)));
    if (found.empty()) {
      continue;
    }
    if (!named) {
      set_rows(finding, *rule, found);
      named = true;
    }
    add_detail(finding, rule->words + " (" + list_of(found) + ").");
    REHEARSAL_TRY_SET(const std::optional<Fix> one, fix_of(sql, *rule, found));
    whole = whole && one && !one->sql.empty();
    if (one) {
      fix.sql += (fix.sql.empty() || one->sql.empty() ? "" : "\n") + one->sql;
      fix.decision += (fix.decision.empty() || one->decision.empty() ? "" : " ") + one->decision;
    }
  }
  if (!whole) {
    fix.sql.clear();
  }
  if (!fix.sql.empty() || !fix.decision.empty()) {
    finding.fix = std::move(fix);
  }
  return {};
}

}  // namespace

std::string check_named_in(const std::string& title) {
  const std::size_t begin = title.find('\'');
  const std::size_t end = title.rfind("' says ");
  return begin == std::string::npos || end == std::string::npos || end <= begin
             ? std::string()
             : title.substr(begin + 1, end - begin - 1);
}

Result<void> name_rows(Sql& sql, const Service& service, const std::map<std::string, std::string>& lane,
                       const PlanStep& step, const std::string& output, StepJudgement& judgement) {
  for (Finding& finding : judgement.findings) {
    if ((finding.code == "check-failed" || finding.code == "check-warning") && finding.rows.empty()) {
      REHEARSAL_TRY(name_checked(sql, service, lane, step, finding));
      continue;
    }
    if (finding.code == "online-left-waiting") {
      REHEARSAL_TRY(name_in_front(sql, service, lane, step, finding));
      continue;
    }
    const bool of_rows = finding.code == "online-remaining" || finding.code == "online-left-behind";
    if ((finding.severity != Severity::blocker && !of_rows) || !finding.rows.empty()) {
      continue;
    }
    if (of_rows) {
      REHEARSAL_TRY(name_by(sql, service.stuck, service, lane, step, finding));
    } else if (finding.code == "online-error") {
      REHEARSAL_TRY(name_by(sql, service.suspects, service, lane, step, finding));
    } else if (finding.code == "guard" || finding.code == "step-failed") {
      REHEARSAL_TRY(name_guarded(sql, service, step, output, finding));
    }
  }
  return {};
}

}  // namespace rehearsal
