#include "harness/diff/judge_changes.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

Finding finding_for(const StepEvidence& evidence, std::string code, std::string title) {
  Finding finding;
  finding.code = std::move(code);
  finding.severity = Severity::warning;
  finding.service = evidence.step.service;
  finding.release = evidence.step.release;
  finding.step = evidence.step.id;
  finding.title = std::move(title);
  return finding;
}

std::string role_of(const StepEvidence& evidence, const std::string& schema) {
  for (const auto& [role, name] : evidence.schemas) {
    if (name == schema) {
      return role;
    }
  }
  return {};
}

// What the catalogue says that this step's release does to the table.
std::vector<const ExpectedChange*> expected_of(const StepEvidence& evidence, const std::string& table,
                                               RowChange change) {
  const std::size_t dot = table.find('.');
  const std::string name = table.substr(dot + 1);
  const std::string role = role_of(evidence, table.substr(0, dot));
  std::vector<const ExpectedChange*> found;
  for (const ExpectedChange& expected : evidence.service.expected_changes) {
    if (expected.change == change && applies(expected, role, name, evidence.step.release)) {
      found.push_back(&expected);
    }
  }
  return found;
}

bool holds_revisions(const StepEvidence& evidence, const std::string& table) {
  const std::string name = table.substr(table.find('.') + 1);
  const auto& known = evidence.service.revision_tables;
  return std::find(known.begin(), known.end(), name) != known.end();
}

std::string rows_text(std::int64_t rows) {
  return plural(static_cast<std::uint64_t>(rows), "row");
}

const TableDiff* diff_of(const StepEvidence& evidence, const std::string& table) {
  const auto found = evidence.effects.diffs.find(table);
  return found == evidence.effects.diffs.end() ? nullptr : &found->second;
}

// Without a key, a changed row looks like one deleted and one inserted.
std::int64_t replaced_rows(const TableDiff& diff) {
  return diff.updated ? 0 : std::min(diff.inserted, diff.deleted);
}

void judge_deleted(const StepEvidence& evidence, const TableChange& change, std::vector<Finding>& findings) {
  const TableDiff* diff = diff_of(evidence, change.table);
  const std::int64_t before = change.rows_before.value_or(0);
  const std::int64_t after = change.rows_after.value_or(0);
  const std::int64_t gone = diff != nullptr ? diff->deleted - replaced_rows(*diff) : before - after;
  if (gone <= 0 ||
      !expected_of(evidence, change.table, change.rows_after ? RowChange::deleted : RowChange::table_dropped).empty()) {
    return;
  }
  Finding finding =
      finding_for(evidence, "rows-deleted",
                  change.rows_after ? fmt::format("{} of {} disappeared", rows_text(gone), change.table)
                                    : fmt::format("{} was dropped with {} in it", change.table, rows_text(gone)));
  finding.table = change.table;
  finding.row_count = gone;
  if (diff != nullptr && diff->updated) {
    finding.rows = diff->deleted_keys;
  }
  std::string hidden;
  if (diff != nullptr && diff->inserted > replaced_rows(*diff)) {
    hidden = fmt::format(" {} appeared at the same time, so that the count does not show it.",
                         rows_text(diff->inserted - replaced_rows(*diff)));
  }
  finding.detail = fmt::format(
      "{} rows before the step, {} after it, exit status {}.{} Nothing known of this release "
      "says that it deletes rows here: make sure that they may go, or keep a copy.",
      before, after, evidence.outcome.exit_status, hidden);
  findings.push_back(std::move(finding));
}

// The columns of a change that neither the catalogue expects nor the hop itself brought.
std::vector<std::string> unexpected_columns(const StepEvidence& evidence, const std::string& table,
                                            const ChangedColumns& change,
                                            const std::vector<const ExpectedChange*>& expected) {
  std::set<std::string> allowed;
  for (const ExpectedChange* one : expected) {
    if (one->columns.empty()) {
      return {};
    }
    allowed.insert(one->columns.begin(), one->columns.end());
  }
  std::vector<std::string> unexpected;
  bool explained = !expected.empty();
  for (const std::string& column : change.columns) {
    if (evidence.effects.new_to_hop.contains(table + "." + column) || allowed.contains(column)) {
      explained = true;
    } else {
      unexpected.push_back(column);
    }
  }
  if (explained && unexpected == std::vector<std::string>{kTouchColumn}) {
    unexpected.clear();
  }
  return unexpected;
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

void judge_rewritten(const StepEvidence& evidence, const TableChange& change, std::vector<Finding>& findings) {
  const TableDiff* diff = diff_of(evidence, change.table);
  if (diff == nullptr || evidence.effects.new_to_hop.contains(change.table)) {
    return;
  }
  const auto expected = expected_of(evidence, change.table, RowChange::rewritten);
  std::set<std::string> columns;
  std::int64_t rows = 0;
  std::vector<KeyValues> keys;
  for (const ChangedColumns& set : diff->changes) {
    const std::vector<std::string> unexpected = unexpected_columns(evidence, change.table, set, expected);
    if (unexpected.empty()) {
      continue;
    }
    columns.insert(unexpected.begin(), unexpected.end());
    rows += set.rows;
    for (const KeyValues& key : set.keys) {
      if (keys.size() < kKeysShown) {
        keys.push_back(key);
      }
    }
  }
  std::string detail = kinds_text(change, columns) + ".";
  if (const std::int64_t replaced = replaced_rows(*diff); replaced > 0 && expected.empty()) {
    rows = replaced;
    detail =
        "The table has no key, so that it cannot be told which columns changed, nor whether the rows were changed or "
        "deleted and others written.";
  }
  if (rows == 0) {
    return;
  }
  Finding finding = finding_for(
      evidence, "rows-rewritten",
      columns.empty() ? fmt::format("{} of {} were replaced", rows_text(rows), change.table)
                      : fmt::format("values of {} changed in {} of {}", join({columns.begin(), columns.end()}, ", "),
                                    rows_text(rows), change.table));
  finding.table = change.table;
  finding.columns.assign(columns.begin(), columns.end());
  finding.row_count = rows;
  finding.rows = std::move(keys);
  finding.detail =
      detail +
      " Nothing known of this release says that it writes here: make sure that the new values are right, or "
      "keep a copy.";
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> judge_changes(const StepEvidence& evidence) {
  std::vector<Finding> findings;
  for (const TableChange& change : evidence.effects.tables) {
    if (change.rows_before.value_or(0) == 0 || holds_revisions(evidence, change.table)) {
      continue;
    }
    judge_deleted(evidence, change, findings);
    judge_rewritten(evidence, change, findings);
  }
  if (!evidence.effects.not_compared.empty()) {
    Finding finding = finding_for(evidence, "rows-not-compared",
                                  "the rows could not be compared with those before " + evidence.step.id);
    finding.detail = evidence.effects.not_compared;
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehearsal
