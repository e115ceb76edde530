#include "harness/run/gates.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "harness/run/check_gate.h"
#include "reports/one_cause.h"

namespace rehearsal {

namespace {

// A gate fails for what is told of the step.
void add_findings_of(const RunRecord& record, const std::string& step, GateRecord& gate) {
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    if (tells_of(record.findings[i], step)) {
      gate.findings.push_back(i);
    }
  }
}

// One service's steps as they ended.
struct Ended {
  std::size_t passed = 0;
  std::vector<std::string> failed, not_run, not_judged;
};

// Of the phases that are wanted. A step of the plan that the record knows nothing of did not run.
Ended steps_of(const RunRecord& record, const Lane& lane, const std::function<bool(Phase)>& wanted) {
  Ended ended;
  std::set<std::string> known;
  for (const StepRecord& step : record.steps) {
    known.insert(step.id);
    if (step.service != lane.service || !wanted(step.phase)) {
      continue;
    }
    switch (step.status) {
      case StepStatus::passed:
        ++ended.passed;
        break;
      case StepStatus::failed:
        ended.failed.push_back(step.id);
        break;
      case StepStatus::skipped:
        (is_beside(step.phase) ? ended.not_judged : ended.not_run).push_back(step.id);
        break;
      case StepStatus::not_run:
        ended.not_run.push_back(step.id);
        break;
    }
  }
  for (const PlanStep& step : lane.steps) {
    if (wanted(step.phase) && !known.contains(step.id)) {
      ended.not_run.push_back(step.id);
    }
  }
  return ended;
}

std::string not_run_text(const std::vector<std::string>& steps) {
  return plural(steps.size(), "step") + " did not run, the first is " + steps.front();
}

// Failed when a step of these phases failed, not run when one did not run.
GateRecord over_steps(const RunRecord& record, GateId id, const Lane& lane, const std::function<bool(Phase)>& wanted,
                      const std::string& none) {
  GateRecord gate{.id = id, .service = lane.service, .result = GateResult::passed};
  const Ended ended = steps_of(record, lane, wanted);
  if (!ended.failed.empty()) {
    gate.result = GateResult::failed;
    gate.detail = join(ended.failed, ", ") + " failed";
    for (const std::string& step : ended.failed) {
      add_findings_of(record, step, gate);
    }
  } else if (!ended.not_run.empty()) {
    gate.result = GateResult::not_run;
    gate.detail = not_run_text(ended.not_run);
  } else {
    std::vector<std::string> parts;
    if (ended.passed > 0) {
      parts.push_back(plural(ended.passed, "step") + " passed");
    }
    if (!ended.not_judged.empty()) {
      parts.push_back(plural(ended.not_judged.size(), "check") + " not judged");
    }
    gate.detail = parts.empty() ? none : join(parts, "; ");
  }
  return gate;
}

bool has_blocker(const RunRecord& record, const std::string& service) {
  return std::any_of(record.findings.begin(), record.findings.end(), [&](const Finding& finding) {
    return finding.severity == Severity::blocker && (finding.service == service || finding.service.empty());
  });
}

// Rows that are left count as what is told of them says.
void add_findings_about_rest(const RunRecord& record, const std::string& service, Phase phase, GateRecord& gate) {
  for (const StepRecord& step : record.steps) {
    const bool left = std::any_of(step.migrations.begin(), step.migrations.end(), [](const OnlineMigration& migration) {
      return migration.remaining > migration.expected_remainder;
    });
    if (step.service == service && step.phase == phase && left) {
      add_findings_of(record, step.id, gate);
    }
  }
}

std::string remainders(const RunRecord& record, const std::string& service, Phase phase) {
  std::vector<std::string> parts;
  for (const StepRecord& step : record.steps) {
    if (step.service != service || step.phase != phase || step.status == StepStatus::skipped) {
      continue;
    }
    for (const OnlineMigration& migration : step.migrations) {
      if (migration.remaining > migration.expected_remainder) {
        parts.push_back(fmt::format("{} leaves {}{}", migration.name,
                                    plural(static_cast<std::uint64_t>(migration.remaining), "row"),
                                    step.part.empty() ? "" : " in " + step.part));
      }
    }
  }
  return join(parts, "; ");
}

// What a step did to rows that nothing known of its release says.
bool is_unexpected_change(const Finding& finding) {
  static const std::set<std::string> kCodes = {"rows-deleted",    "rows-rewritten",   "rows-inserted",
                                               "column-dropped",  "rows-unlike-rule", "transaction-left-prepared",
                                               "changed-by-check"};
  return finding.severity != Severity::info && kCodes.contains(finding.code);
}

GateRecord rows_expected(const RunRecord& record, const Lane& lane) {
  GateRecord gate{.id = GateId::rows_expected, .service = lane.service, .result = GateResult::passed};
  std::vector<std::string> tables, not_compared;
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    const Finding& finding = record.findings[i];
    if (finding.service != lane.service) {
      continue;
    }
    const std::string where = finding.table.empty() ? finding.step : finding.table;
    if (is_unexpected_change(finding)) {
      gate.findings.push_back(i);
      if (!contains(tables, where)) {
        tables.push_back(where);
      }
    } else if (finding.code == "rows-not-compared" && finding.severity != Severity::info) {
      not_compared.push_back(finding.step);
    }
  }
  const Ended work = steps_of(record, lane, [](Phase phase) { return !is_beside(phase); });
  const bool blocks = std::any_of(gate.findings.begin(), gate.findings.end(), [&](std::size_t index) {
    return record.findings[index].severity == Severity::blocker;
  });
  if (!tables.empty() && (blocks || not_compared.empty())) {
    gate.result = GateResult::failed;
    gate.detail = "rows disappeared or changed in ways unknown to the catalogue: " + join(tables, ", ");
  } else if (!not_compared.empty()) {
    gate.result = GateResult::not_run;
    gate.detail = "rows were not compared after " + join(not_compared, ", ");
  } else if (work.passed + work.failed.size() + work.not_run.size() == 0) {
    gate.detail = "no step of the path writes";
  } else if (!work.not_run.empty()) {
    gate.result = GateResult::not_run;
    gate.detail = work.passed + work.failed.size() == 0 ? "no step ran" : not_run_text(work.not_run);
  } else {
    gate.detail = "no row disappeared or changed in a way unknown to the catalogue";
  }
  return gate;
}

// Only where there is something to say: that the dump shows an upgrade which was expanded and never contracted, or that
// a contract ran before the rest of its release.
std::optional<GateRecord> contract_last(const RunRecord& record, const Lane& lane) {
  GateRecord gate{.id = GateId::contract_last, .service = lane.service, .result = GateResult::failed};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    const Finding& finding = record.findings[i];
    if (finding.service == lane.service && finding.code == "upgrade-unfinished") {
      gate.findings.push_back(i);
      parts.push_back(finding.title);
    }
  }
  std::string release;
  bool finished = true;
  for (const StepRecord& step : record.steps) {
    if (step.service != lane.service || is_beside(step.phase)) {
      continue;
    }
    finished = step.release != release || finished;
    release = step.release;
    const bool ran = step.status != StepStatus::not_run;
    if (step.phase == Phase::contract && ran && !finished) {
      parts.push_back(step.id + " ran before everything else of its release had passed");
    }
    finished = finished && (step.status == StepStatus::passed || step.passes_with_fix);
  }
  if (parts.empty()) {
    return std::nullopt;
  }
  gate.detail = join_some(parts, "; ", 3);
  return gate;
}

// Of every phase: a check or an online migration that failed is a failed step like any other. A check that cannot be
// judged is none, and a purge is no part of the path.
GateRecord steps_passed(const RunRecord& record, const Lane& lane) {
  return over_steps(
      record, GateId::steps_passed, lane, [](Phase phase) { return phase != Phase::purge; }, "no step on the path");
}

// A dump that says nothing of its end is neither whole nor cut short; what its producer says is missing is a finding,
// with a severity of its own.
GateRecord dump_complete(const RunRecord& record, const GateFacts& facts) {
  GateRecord gate{
      .id = GateId::dump_complete, .result = GateResult::passed, .detail = "every dump says that it is complete"};
  static const std::set<std::string> kNotWhole = {"partial-dump", "dump-error", "view-failed",
                                                  "insufficient-privileges"};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    const Finding& finding = record.findings[i];
    if (finding.severity != Severity::info && kNotWhole.contains(finding.code)) {
      gate.findings.push_back(i);
      parts.push_back(finding.title);
    }
  }
  if (!facts.cut_short.empty()) {
    gate.result = GateResult::failed;
    gate.detail = "cut short: " + join_some(facts.cut_short, ", ", 3);
    gate.findings.clear();
  } else if (!parts.empty()) {
    gate.result = GateResult::failed;
    gate.detail = join_some(parts, "; ", 3);
  } else if (!facts.endless.empty()) {
    gate.result = GateResult::not_run;
    gate.detail =
        "cannot be determined for " + join_some(facts.endless, ", ", 3) + ", which says nothing about its end";
    gate.mandatory = false;
  } else if (!facts.undated.empty()) {
    gate.detail += "; when they were made cannot be determined for " + join_some(facts.undated, ", ", 3);
  }
  return gate;
}

// What the plan does not cover was not rehearsed, and nothing is said of it.
GateRecord coverage_gate(const RunRecord& record, const Plan& plan) {
  GateRecord gate{.id = GateId::coverage, .result = GateResult::passed};
  const Coverage& coverage = plan.coverage;
  if (!coverage.not_covered.empty()) {
    std::vector<std::string> names;
    for (const NotCovered& one : coverage.not_covered) {
      names.push_back(one.name());
    }
    gate.result = GateResult::failed;
    gate.detail = join_some(names, ", ", 8);
    for (std::size_t i = 0; i < record.findings.size(); ++i) {
      if (record.findings[i].code == "schema-not-covered" || record.findings[i].code == "chain-not-covered") {
        gate.findings.push_back(i);
      }
    }
    return gate;
  }
  std::vector<std::string> parts = {"every schema of the services is rehearsed"};
  if (!coverage.skipped.empty()) {
    parts.push_back(fmt::format("{} skipped", coverage.skipped.size()));
  }
  if (!coverage.of_no_service.empty()) {
    parts.push_back(plural(coverage.of_no_service.size(), "schema") + " of no service");
  }
  if (!coverage.out_of_scope.empty()) {
    parts.push_back(plural(coverage.out_of_scope.size(), "schema") + " out of scope");
  }
  gate.detail = join(parts, "; ");
  return gate;
}

// A service of which no step ran was not rehearsed.
GateRecord every_service(const RunRecord& record, const Plan& plan) {
  GateRecord gate{.id = GateId::every_service_rehearsed,
                  .result = GateResult::passed,
                  .detail = plural(plan.lanes.size(), "service")};
  std::vector<std::string> parts;
  for (const auto& [service, why] : plan.not_rehearsed) {
    parts.push_back(service + ": " + why);
  }
  for (const Lane& lane : plan.lanes) {
    const Ended all = steps_of(record, lane, [](Phase) { return true; });
    if (all.passed + all.failed.size() + all.not_judged.size() == 0 && !all.not_run.empty()) {
      parts.push_back(lane.service + ": no step ran");
    }
  }
  if (!parts.empty() || plan.lanes.empty()) {
    gate.result = GateResult::not_run;
    gate.detail = parts.empty() ? "no service was rehearsed" : join(parts, "; ");
  }
  return gate;
}

constexpr const char* kWindowCode = "window-exceeded";

// Purges, online migrations and checks are done beside the window.
bool needs_window(const StepRecord& step) {
  return !is_beside(step.phase) && !is_online(step.phase);
}

double work_seconds(const RunRecord& record) {
  double seconds = 0;
  for (const StepRecord& step : record.steps) {
    seconds += needs_window(step) ? step.seconds : 0;
  }
  return seconds;
}

// The steps as an operator walks them, one after another.
GateRecord window(const RunRecord& record, const GateFacts& facts) {
  GateRecord gate{.id = GateId::window, .result = GateResult::passed, .mandatory = false};
  bool alone = true, all_ran = true;
  for (const StepRecord& step : record.steps) {
    if (needs_window(step)) {
      alone = alone && step.timed_alone;
      all_ran = all_ran && step.status != StepStatus::not_run;
    }
  }
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    if (record.findings[i].code == kWindowCode) {
      gate.findings.push_back(i);
    }
  }
  const double seconds = work_seconds(record);
  gate.result = seconds > *record.window_seconds ? GateResult::failed
                : all_ran                        ? GateResult::passed
                                                 : GateResult::not_run;
  gate.detail = fmt::format(
      "{} of steps one after another, window {}; online migrations and checks are done beside it; "
      "timed {}{}",
      human_seconds(seconds), human_seconds(*record.window_seconds),
      alone ? "with nothing beside them" : "while other services' steps ran beside them",
      facts.machine.empty() ? "" : " on " + facts.machine);
  return gate;
}

}  // namespace

void add_window_finding(RunRecord& record) {
  const double seconds = work_seconds(record);
  if (!record.window_seconds || seconds <= *record.window_seconds) {
    return;
  }
  Finding finding;
  finding.code = kWindowCode;
  finding.severity = Severity::warning;
  finding.title =
      fmt::format("the steps take {}, the window is {}", human_seconds(seconds), human_seconds(*record.window_seconds));
  finding.detail = "One after another; online migrations and checks are done beside the window and not counted.";
  record.findings.push_back(std::move(finding));
}

void set_gates(RunRecord& record, const Plan& plan, const GateFacts& facts) {
  std::vector<GateRecord>& gates = record.gates;
  gates.clear();
  std::vector<std::string> path{plan.path.from};
  for (const Hop& hop : plan.path.hops) {
    path.push_back(hop.to);
  }
  gates.push_back({.id = GateId::path_legal,
                   .result = facts.illegal_hop.empty() ? GateResult::passed : GateResult::failed,
                   .detail = facts.illegal_hop.empty() ? join(path, " → ") : facts.illegal_hop});
  gates.push_back(dump_complete(record, facts));
  gates.push_back({.id = GateId::restore_proven,
                   .result = facts.restore_proven ? GateResult::passed : GateResult::failed,
                   .detail = facts.restore_detail});
  gates.push_back(coverage_gate(record, plan));
  gates.push_back(every_service(record, plan));
  for (const Lane& lane : plan.lanes) {
    const std::string& service = lane.service;
    const auto phase_gate = [&](GateId id, Phase phase) {
      GateRecord gate = over_steps(
          record, id, lane, [&](Phase one) { return one == phase; }, "no such online migrations on the path");
      if (const std::string left = remainders(record, service, phase); !left.empty()) {
        gate.result = GateResult::failed;
        gate.detail = left;
        add_findings_about_rest(record, service, phase, gate);
      }
      return gate;
    };
    gates.push_back(phase_gate(GateId::online_before_complete, Phase::online_before));
    gates.push_back(steps_passed(record, lane));
    gates.push_back(phase_gate(GateId::online_complete, Phase::online));
    gates.push_back(rows_expected(record, lane));
    if (std::optional<GateRecord> contract = contract_last(record, lane)) {
      gates.push_back(std::move(*contract));
    }
    gates.push_back(upgrade_checks_gate(record, lane));
  }
  for (GateRecord& gate : gates) {
    gate.after_blocker =
        gate.result == GateResult::not_run && !gate.service.empty() && has_blocker(record, gate.service);
  }
  if (record.window_seconds) {
    gates.push_back(window(record, facts));
  }
}

std::string illegal_in(const std::vector<Release>& releases, const Path& path) {
  std::string at = path.from;
  for (const Hop& hop : path.hops) {
    const auto direct = find_path(releases, hop.from, hop.to, {});
    if (hop.from != at || !direct || direct->hops.size() != 1) {
      return hop.from + " to " + hop.to + " is not a supported hop";
    }
    at = hop.to;
  }
  return at == path.to ? "" : "the path ends at " + at + " and not at " + path.to;
}

void tell_dumps(const std::vector<DumpRecord>& dumps, GateFacts& facts) {
  for (const DumpRecord& dump : dumps) {
    if (dump.completeness == "truncated") {
      facts.cut_short.push_back(dump.file);
    } else if (dump.completeness != "complete") {
      facts.endless.push_back(dump.file);
    }
    if (dump.completed_at.empty()) {
      facts.undated.push_back(dump.file);
    }
  }
}

}  // namespace rehearsal
