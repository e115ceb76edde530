#include "harness/step/lock_judge.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

struct Copies {
  const StatementRecord* longest = nullptr;
  std::uint64_t count = 0;
  std::int64_t rows = 0;  // of the largest
  double seconds = 0;     // all together
  std::optional<double> waited;
};

std::string measured(const Copies& copies) {
  std::string text = fmt::format("It took {}", human_seconds(copies.seconds));
  if (copies.count > 1) {
    text += fmt::format(" in {}", plural(copies.count, "statement"));
  }
  if (copies.waited) {
    text += fmt::format("; a writer that asked for the table meanwhile waited {}", human_seconds(*copies.waited));
  }
  return text + ".";
}

constexpr const char* kAdvice =
    " Until the copy ends, every INSERT, UPDATE and DELETE on the table waits while reads continue: requests that "
    "write pile up"
    " and may time out. Run the step in the window with the service's API and agents stopped for at least that long,"
    " measured again on production's disks, and keep free space for a second copy of the table. A background copy as "
    "made by gh-ost or pt-online-schema-change is not a way out: the migration itself issues the ALTER.";

}  // namespace

std::vector<Finding> judge_locks(const PlanStep& step, const std::vector<StatementRecord>& statements) {
  std::map<std::string, Copies> tables;
  for (const StatementRecord& statement : statements) {
    if (statement.algorithm != "COPY" || statement.rows <= 0 || statement.table.empty()) {
      continue;
    }
    Copies& copies = tables[statement.table];
    ++copies.count;
    copies.rows = std::max(copies.rows, statement.rows);
    copies.seconds += statement.seconds;
    if (statement.writers_waited) {
      copies.waited = std::max(copies.waited.value_or(0), *statement.writers_waited);
    }
    if (copies.longest == nullptr || statement.seconds > copies.longest->seconds) {
      copies.longest = &statement;
    }
  }
  std::vector<Finding> findings;
  for (const auto& [table, copies] : tables) {
    Finding finding;
    finding.code = "blocking-copy";
    finding.severity = copies.rows >= kRowsThatBlock ? Severity::warning : Severity::info;
    finding.service = step.service;
    finding.release = step.release;
    finding.step = step.id;
    finding.table = table;
    finding.row_count = copies.rows;
    finding.title = table + " is copied whole, and nobody can write to it meanwhile";
    // Of the small ones it is enough to know that they are.
    finding.cause =
        finding.severity == Severity::warning
            ? ""
            : fmt::format("small tables are copied whole by {}, and nobody can write to them meanwhile", step.id);
    finding.detail = measured(copies) + (finding.severity == Severity::warning ? kAdvice : "");
    finding.statement = copies.longest->sql;
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehearsal
