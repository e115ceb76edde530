// The gates: conditions on the verdict, worked out from the steps and findings. Pure.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"
#include "scenarios/plan.h"

namespace rehearsal {

struct GateFacts {
  std::string illegal_hop;             // of the path, see illegal_in(); empty: none
  std::vector<std::string> cut_short;  // dumps that are truncated
  std::vector<std::string> endless;    // that say nothing about their end
  std::vector<std::string> undated;    // that do not say when they were made
  bool restore_proven = false;
  std::string restore_detail;
  std::string machine;  // on which the steps were timed: "db-test: 2 cores, 8.0 GB of memory"
};

// The first hop of a path that is not one, or not legal, in words; empty where the path is legal.
[[nodiscard]] std::string illegal_in(const std::vector<Release>& releases, const Path& path);

// What the dump files tell of themselves.
void tell_dumps(const std::vector<DumpRecord>& dumps, GateFacts& facts);

// The finding that reports a window which is too short: before waivers are applied.
void add_window_finding(RunRecord& record);

// Fills record.gates from its steps and findings and the plan.
void set_gates(RunRecord& record, const Plan& plan, const GateFacts& facts);

}  // namespace rehearsal
