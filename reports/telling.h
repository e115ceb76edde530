// What every page says in the same words: the verdict as one sentence, the path, marks, how a fix did, lanes, and what
// the run did not cover. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

// One character beside a word; never alone.
[[nodiscard]] const char* mark_of(Verdict verdict);    // ✓ ! ✗ ?
[[nodiscard]] const char* mark_of(Severity severity);  // ✗ ! i
[[nodiscard]] const char* mark_of(StepStatus status);  // ✓ ✗ –
[[nodiscard]] const char* mark_of(GateResult result);  // ✓ ✗ –
[[nodiscard]] std::string spoken(StepStatus status);   // "not run" of not_run
[[nodiscard]] std::string spoken(GateResult result);

// Whether the reason is what a finding of the record says, which is told with the findings.
[[nodiscard]] bool is_told_as_finding(const RunRecord& record, const Reason& reason);
[[nodiscard]] std::string verdict_sentence(const RunRecord& record);  // "1 blocker in NAME: …"
[[nodiscard]] std::string path_text(const RunRecord& record);         // "2023.1 → 2024.1 → 2025.1"
[[nodiscard]] std::string snapshot_time(const RunRecord& record);     // when the dumps ended; empty: unknown
[[nodiscard]] std::string human_time(const std::string& utc);  // "2026-11-23 08:15 UTC" of "2026-11-23T08:15:42Z"
// "tried: passes (4.1 s)", "tried: fails", "not tried"; empty where the finding has no SQL.
[[nodiscard]] std::string fix_proof(const Finding& finding);

// Why a gate is as it is: its detail, or what its result means.
[[nodiscard]] std::string gate_meaning_text(const GateRecord& gate);

// The last lines of a step's output without terminal colours, log prefixes, control characters and empty lines.
[[nodiscard]] std::string readable_tail(const StepRecord& step);

// Rows inserted, updated or deleted where they were measured and are not zero: "2 inserted, 1 updated".
[[nodiscard]] std::string changed_rows_text(const TableChange& change);
// What became of the columns of updated rows: "name: cut short in 1 row; zone: NULL → value in 2 rows".
[[nodiscard]] std::string changed_columns_text(const TableChange& change);

struct LaneSum {
  std::string service;
  std::vector<const StepRecord*> steps;  // of the record
  std::size_t passed = 0, failed = 0, skipped = 0, not_run = 0;
  double seconds = 0;
  [[nodiscard]] StepStatus status() const;  // failed before not run before passed
};

// One a service, in the order of the record's steps; the record must outlive it.
[[nodiscard]] std::vector<LaneSum> lanes_of(const RunRecord& record);

// Checks that nobody judged, each name once, with the services and the steps that printed it.
struct UnjudgedCheck {
  std::string name, details;
  std::vector<std::string> services = {}, steps = {};
};
[[nodiscard]] std::vector<UnjudgedCheck> unjudged_checks(const RunRecord& record);

// Services whose data is in the snapshot and that have no step.
[[nodiscard]] std::vector<std::string> services_without_steps(const RunRecord& record);

// How many steps ran in an earlier run and were taken over from it: run -> steps.
[[nodiscard]] std::map<std::string, std::size_t> taken_over(const RunRecord& record);

[[nodiscard]] std::vector<const Finding*> findings_of(const RunRecord& record, Severity severity);

}  // namespace rehearsal
