// Two runs side by side: what is new, gone, slower. For a nightly rehearsal, and for the run after a cure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "reports/record.h"

namespace rehearsal {

// A finding of both runs whose severity or number of offending rows is another.
struct FindingChange {
  Finding before, after;
};

struct StepTiming {
  std::string step;
  double before = 0, after = 0;  // seconds
};

struct StepChange {
  std::string step;
  std::optional<StepStatus> before, after;  // none: the run has no such step
};

struct GateChange {
  GateId gate = {};
  std::string service;
  std::optional<GateResult> before = {}, after = {};  // none: the run has no such gate
  std::string detail = {};                            // the later run's
};

struct Comparison {
  std::string run_before, run_after;
  Verdict verdict_before = Verdict::inconclusive;
  Verdict verdict_after = Verdict::inconclusive;
  std::string scope_before, scope_after;  // scope_text(): of two that differ the verdicts are not of the same thing
  // Findings are the same where code, service, step, table and revision are. The gravest first.
  std::vector<Finding> appeared, gone;
  std::vector<FindingChange> changed;
  std::uint64_t unchanged = 0;
  // Steps that passed in both runs and differ by more than 20 % and 2 seconds, the greatest difference first.
  std::vector<StepTiming> slower, faster;
  std::uint64_t timed_alike = 0;             // steps whose times were compared
  std::vector<std::string> not_timed_alike;  // ran beside another lane in one of the runs only: not compared
  std::vector<StepChange> steps;
  std::vector<GateChange> gates;
  bool same_snapshot = false;
  std::uint64_t rows_before = 0, rows_after = 0;  // of the snapshots
  std::vector<std::string> notes;  // what else differs between the runs and may explain the rest: sentences
};

[[nodiscard]] Comparison compare(const RunRecord& before, const RunRecord& after);

// "rehearsal-comparison/1".
[[nodiscard]] nlohmann::ordered_json to_json(const Comparison& comparison);

// The first line says it all: "NO-GO → GO: 2 findings gone, nothing new".
[[nodiscard]] std::string to_text(const Comparison& comparison);

}  // namespace rehearsal
