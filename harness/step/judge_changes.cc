#include "harness/step/judge_changes.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/names.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/step/step_finding.h"

namespace rehearsal {

namespace {

Finding finding_for(const StepEvidence& evidence, std::string code, Severity severity, std::string title) {
  return finding_for(evidence.step, std::move(code), severity, std::move(title));
}

bool holds_revisions(const StepEvidence& evidence, const std::string& table) {
  return contains(evidence.service.revision_tables, bare_name(table));
}

std::string rows_text(std::int64_t rows) {
  return plural(static_cast<std::uint64_t>(rows), "row");
}

const char* were(std::int64_t count) {
  return count == 1 ? "was" : "were";
}

Severity severity_of(std::int64_t live) {
  return live > 0 ? Severity::blocker : Severity::warning;
}

std::string live_text(std::int64_t rows, std::int64_t live) {
  if (live == rows) {
    return {};
  }
  return live == 0 ? " The service treats all of them as deleted."
                   : fmt::format(" {} of them are live, the service treats the others as deleted.", rows_text(live));
}

std::string kept_text(std::int64_t kept) {
  return kept == 0 ? std::string()
                   : fmt::format(" What is gone from {} is in other rows that the step wrote, under the same key.",
                                 rows_text(kept));
}

constexpr const char* kKeepOrKnow = "make sure that it is right, or keep a copy.";

// Without a key, a changed row looks like one deleted and one inserted.
UnexpectedRows replaced_rows(const TableDiff& diff) {
  UnexpectedRows replaced;
  if (!diff.updated) {
    replaced.rows = std::min(diff.gone.rows, diff.added.rows);
    replaced.live = std::min(replaced.rows, diff.gone.live);
  }
  return replaced;
}

void judge_gone(const StepEvidence& evidence, const TableChange& change, const TableDiff& diff,
                std::vector<Finding>& findings) {
  const UnexpectedRows replaced = replaced_rows(diff);
  const std::int64_t gone = diff.gone.rows - replaced.rows;
  const std::int64_t live = std::max<std::int64_t>(0, diff.gone.live - replaced.live);
  if (gone <= 0) {
    return;
  }
  Finding finding = finding_for(evidence, "rows-deleted", severity_of(live - diff.gone.kept),
                                fmt::format("{} of {} disappeared", rows_text(gone), change.table));
  finding.table = change.table;
  finding.row_count = gone;
  finding.rows = diff.gone.keys;
  std::string hidden;
  if (const std::int64_t more = diff.inserted - replaced.rows; more > 0) {
    hidden = fmt::format(" {} appeared at the same time, so the count does not show it.", rows_text(more));
  }
  finding.detail = fmt::format(
      "{} rows before the step, {} after it, exit status {}.{}{} Nothing known about this release says that it deletes "
      "these rows: {}",
      change.rows_before.value_or(0), change.rows_after.value_or(0), evidence.outcome.exit_status, hidden,
      live_text(gone, live) + kept_text(diff.gone.kept), kKeepOrKnow);
  findings.push_back(std::move(finding));
}

void judge_added(const StepEvidence& evidence, const TableChange& change, const TableDiff& diff,
                 std::vector<Finding>& findings) {
  const std::int64_t added = diff.added.rows - replaced_rows(diff).rows;
  if (added <= 0) {
    return;
  }
  Finding finding = finding_for(evidence, "rows-inserted", Severity::warning,
                                fmt::format("{} {} added to {}", rows_text(added), were(added), change.table));
  finding.table = change.table;
  finding.row_count = added;
  finding.rows = diff.added.keys;
  finding.detail = fmt::format(
      "{} rows before the step, {} after it. The table was there before, and nothing known of this release says that "
      "it puts these rows in: {}",
      change.rows_before.value_or(0), change.rows_after.value_or(0), kKeepOrKnow);
  findings.push_back(std::move(finding));
}

// "c1 (2 truncated), c2 (3 value-to-null)"
std::string kinds_text(const TableChange& change, const std::set<std::string>& columns) {
  std::vector<std::string> parts;
  for (const ColumnChange& column : change.columns) {
    if (columns.contains(column.column)) {
      parts.push_back(
          fmt::format("{}: {} in {}", column.column, replace_all(column.kind, "-", " "), rows_text(column.rows)));
    }
  }
  return join(parts, "; ");
}

// All changes of one table that are `unlike` a rule, or that no rule speaks of, as one finding.
void judge_rewritten(const StepEvidence& evidence, const TableChange& change, const TableDiff& diff, bool unlike,
                     std::vector<Finding>& findings) {
  std::set<std::string> columns;
  std::vector<KeyValues> keys;
  std::int64_t rows = 0, lost = 0, live = 0, kept = 0;
  for (const UnexplainedChange& set : diff.changes) {
    if (set.unlike_rule != unlike) {
      continue;
    }
    columns.insert(set.columns.begin(), set.columns.end());
    rows += set.rows;
    live += set.live;
    kept += set.kept;
    lost += set.lost ? set.rows : 0;
    const std::size_t room = kKeysShown - std::min(kKeysShown, keys.size());
    keys.insert(keys.end(), set.keys.begin(),
                set.keys.begin() + static_cast<std::ptrdiff_t>(std::min(room, set.keys.size())));
  }
  if (rows == 0) {
    return;
  }
  const std::string names = join({columns.begin(), columns.end()}, ", ");
  Finding finding =
      unlike ? finding_for(evidence, "rows-unlike-rule", severity_of(lost),
                           fmt::format("{} of {} came out differently from what this release is known to write {}",
                                       rows_text(rows), change.table, names))
             : finding_for(evidence, "rows-rewritten", severity_of(lost),
                           fmt::format("values of {} changed in {} of {}", names, rows_text(rows), change.table));
  finding.table = change.table;
  finding.columns.assign(columns.begin(), columns.end());
  finding.row_count = rows;
  finding.rows = std::move(keys);
  finding.detail = kinds_text(change, columns) + "." + live_text(rows, live) + kept_text(kept);
  if (!diff.rules_not_asked.empty()) {
    finding.detail +=
        " Rules of the catalogue that could not be checked here: " + join(diff.rules_not_asked, "; ") + ".";
  }
  finding.detail += fmt::format(" {}: {}",
                                unlike ? "Other values of these columns are expected of this release"
                                       : "Nothing known about this release says that it writes here",
                                kKeepOrKnow);
  findings.push_back(std::move(finding));
}

void judge_replaced(const StepEvidence& evidence, const TableChange& change, const TableDiff& diff,
                    std::vector<Finding>& findings) {
  const UnexpectedRows replaced = replaced_rows(diff);
  if (replaced.rows == 0) {
    return;
  }
  Finding finding =
      finding_for(evidence, "rows-rewritten", severity_of(replaced.live),
                  fmt::format("{} of {} {} replaced", rows_text(replaced.rows), change.table, were(replaced.rows)));
  finding.table = change.table;
  finding.row_count = replaced.rows;
  finding.detail = fmt::format(
      "The table has no key, so it is not known which columns changed, nor whether the rows were changed or "
      "deleted and others written.{} Nothing known about this release says that it writes here: {}",
      live_text(replaced.rows, replaced.live), kKeepOrKnow);
  findings.push_back(std::move(finding));
}

void judge_dropped_columns(const StepEvidence& evidence, const TableChange& change, const TableDiff& diff,
                           const std::set<std::string>& expected, std::vector<Finding>& findings) {
  std::vector<std::string> names, parts;
  std::int64_t values = 0, live = 0, lost = 0, kept = 0;
  for (const DroppedColumn& column : diff.dropped) {
    if (expected.contains(column.name) || evidence.effects.new_to_hop.contains(change.table + "." + column.name)) {
      continue;
    }
    names.push_back(column.name);
    parts.push_back(fmt::format("{}: {}", column.name, rows_text(column.values)));
    values = std::max(values, column.values);
    live = std::max(live, column.live);
    lost = std::max(lost, column.live - column.kept);
    kept = std::max(kept, column.kept);
  }
  if (names.empty()) {
    return;
  }
  Finding finding = finding_for(evidence, "column-dropped", severity_of(lost),
                                fmt::format("{}.{} {} dropped with values in {}", change.table, join(names, ", "),
                                            were(static_cast<std::int64_t>(names.size())), rows_text(values)));
  finding.table = change.table;
  finding.columns = names;
  finding.row_count = values;
  finding.detail = fmt::format("Rows with a value: {}.{} Nothing known about this release says that it drops them: {}",
                               join(parts, ", "), live_text(values, live) + kept_text(kept), kKeepOrKnow);
  findings.push_back(std::move(finding));
}

void judge_dropped_tables(const StepEvidence& evidence, std::vector<Finding>& findings) {
  for (const auto& [table, gone] : evidence.effects.dropped_rows) {
    if (gone.rows == 0 || holds_revisions(evidence, table)) {
      continue;
    }
    Finding finding = finding_for(evidence, "rows-deleted", severity_of(gone.live - gone.kept),
                                  fmt::format("{} was dropped with {} in it", table, rows_text(gone.rows)));
    finding.table = table;
    finding.row_count = gone.rows;
    finding.detail = fmt::format("{} Nothing known about this release says that it drops this table: {}",
                                 live_text(gone.rows, gone.live) + kept_text(gone.kept), kKeepOrKnow);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

std::vector<Finding> judge_changes(const StepEvidence& evidence) {
  std::vector<Finding> findings;
  for (const TableChange& change : evidence.effects.tables) {
    const auto found = evidence.effects.diffs.find(change.table);
    if (found == evidence.effects.diffs.end() || holds_revisions(evidence, change.table)) {
      continue;
    }
    const TableDiff& diff = found->second;
    const TableRules rules =
        rules_for(evidence.service, evidence.schemas, evidence.step.release, change.table, evidence.effects.new_to_hop);
    if (rules.new_table) {
      continue;
    }
    judge_gone(evidence, change, diff, findings);
    judge_added(evidence, change, diff, findings);
    judge_rewritten(evidence, change, diff, true, findings);
    judge_rewritten(evidence, change, diff, false, findings);
    judge_replaced(evidence, change, diff, findings);
    judge_dropped_columns(evidence, change, diff, rules.dropped_columns, findings);
  }
  judge_dropped_tables(evidence, findings);
  for (const std::string& name : evidence.effects.left_prepared) {
    Finding finding = finding_for(evidence, "transaction-left-prepared", Severity::blocker,
                                  "the step left a prepared transaction behind: its rows are neither committed nor "
                                  "rolled back, and its locks stay");
    finding.detail = "XA RECOVER names it: " + name +
                     ". Nobody sees what it wrote until XA COMMIT; a restart of the server does not end it.";
    findings.push_back(std::move(finding));
  }
  if (!evidence.effects.not_compared.empty()) {
    Finding finding = finding_for(evidence, "rows-not-compared", Severity::warning,
                                  "the rows could not be compared with those before " + evidence.step.id);
    finding.detail = evidence.effects.not_compared;
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> judge_unchanged(const StepEvidence& evidence) {
  std::vector<std::string> parts;
  std::string first;
  for (const TableChange& change : evidence.effects.tables) {
    const auto written = evidence.effects.rows_written.find(change.table);
    const std::int64_t rows = written == evidence.effects.rows_written.end() ? 0 : written->second;
    const bool by_cascade_only =
        rows == 0 && change.rows_before == change.rows_after && !evidence.effects.ddl.risks().contains(change.table);
    const bool altered = std::any_of(evidence.effects.schema.begin(), evidence.effects.schema.end(),
                                     [&](const SchemaChange& schema) { return schema.object == change.table; });
    if (by_cascade_only && !altered) {
      continue;
    }
    first = first.empty() ? change.table : first;
    parts.push_back(rows > 0 ? fmt::format("{}: {} written", change.table, rows_text(rows))
                             : change.table + ": altered or rewritten");
  }
  for (const SchemaChange& schema : evidence.effects.schema) {
    if (!contains(schema.object, '.')) {
      parts.push_back(schema.object + ": " + join(schema.details, ", "));
    }
  }
  std::vector<Finding> findings;
  if (!parts.empty() || !evidence.effects.left_prepared.empty()) {
    Finding finding = finding_for(evidence, "changed-by-check", Severity::blocker,
                                  evidence.step.id + " changed the database, and a check must change nothing");
    finding.table = first;
    finding.detail = join_some(parts, "; ", 20) + ".";
    if (!evidence.effects.left_prepared.empty()) {
      finding.detail += " It left a prepared transaction behind.";
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehearsal
