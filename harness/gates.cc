#include "harness/gates.h"

#include <algorithm>
#include <functional>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

bool is_online(const std::string& phase) {
  return phase == "online" || phase == "online-before";
}
// Checks and purges are no part of the upgrade's work.
bool is_beside(const std::string& phase) {
  return phase == "check" || phase == "status" || phase == "purge";
}

// One service's steps of the wanted kind as one gate: failed when one failed, not run when one did not run.
GateRecord over_steps(const RunRecord& record, const std::string& id, const std::string& service,
                      const std::function<bool(const StepRecord&)>& wanted, const std::string& none) {
  GateRecord gate{id, service, GateResult::passed, {}, true, false};
  std::size_t passed = 0;
  std::vector<std::string> failed, not_run;
  for (const StepRecord& step : record.steps) {
    if (step.service != service || !wanted(step)) {
      continue;
    }
    switch (step.status) {
      case StepStatus::passed:
        ++passed;
        break;
      case StepStatus::failed:
        failed.push_back(step.id);
        break;
      case StepStatus::skipped:
      case StepStatus::not_run:
        not_run.push_back(step.id);
        break;
    }
  }
  if (!failed.empty()) {
    gate.result = GateResult::failed;
    gate.detail = join(failed, ", ") + " failed";
  } else if (!not_run.empty()) {
    gate.result = GateResult::not_run;
    gate.detail = plural(not_run.size(), "step") + " did not run, the first is " + not_run.front();
  } else {
    gate.detail = passed == 0 ? none : plural(passed, "step") + " passed";
  }
  return gate;
}

bool has_blocker(const RunRecord& record, const std::string& service) {
  return std::any_of(record.findings.begin(), record.findings.end(), [&](const Finding& finding) {
    return finding.severity == Severity::blocker && (finding.service == service || finding.service.empty());
  });
}

std::string remainders(const RunRecord& record, const std::string& service, const std::string& phase) {
  std::vector<std::string> parts;
  for (const StepRecord& step : record.steps) {
    if (step.service != service || step.phase != phase) {
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

GateRecord rows_expected(const RunRecord& record, const std::string& service) {
  GateRecord gate{"rows-expected", service, GateResult::passed, {}, true, false};
  std::vector<std::string> tables;
  bool measured = false;
  for (const StepRecord& step : record.steps) {
    measured = measured || (step.service == service && step.status != StepStatus::not_run);
  }
  for (const Finding& finding : record.findings) {
    if (finding.service == service && (finding.code == "rows-deleted" || finding.code == "rows-rewritten")) {
      tables.push_back(finding.table);
    }
  }
  if (!measured) {
    gate.result = GateResult::not_run;
    gate.detail = "no step ran";
  } else if (!tables.empty()) {
    gate.result = GateResult::failed;
    gate.detail = "rows went or changed of which the catalogue knows nothing: " + join(tables, ", ");
  } else {
    gate.detail = "no row went or changed of which the catalogue knows nothing";
  }
  // What went is a finding of its own, with a severity of its own.
  gate.mandatory = gate.result != GateResult::failed;
  return gate;
}

GateRecord contract_last(const RunRecord& record, const std::string& service) {
  GateRecord gate{"contract-last", service, GateResult::passed, "no contract phase", true, false};
  std::string release;
  bool finished = true;
  for (const StepRecord& step : record.steps) {
    if (step.service != service || is_beside(step.phase)) {
      continue;
    }
    if (step.release != release) {
      release = step.release;
      finished = true;
    }
    if (step.phase != "contract") {
      finished = finished && (step.status == StepStatus::passed || step.passes_with_fix);
      continue;
    }
    if (step.status == StepStatus::not_run) {
      gate.result = GateResult::not_run;
      gate.detail = step.id + " did not run";
      return gate;
    }
    if (!finished) {
      gate.result = GateResult::failed;
      gate.detail = step.id + " ran before all else of its release had passed";
      return gate;
    }
    gate.detail = "contract ran after all else of its release; in production, only when every node runs the new code";
  }
  return gate;
}

}  // namespace

void set_gates(RunRecord& record, const Plan& plan, const GateFacts& facts) {
  std::vector<GateRecord>& gates = record.gates;
  gates.clear();
  std::vector<std::string> path{plan.path.from};
  for (const Hop& hop : plan.path.hops) {
    path.push_back(hop.to);
  }
  gates.push_back({"path-legal", "", GateResult::passed, join(path, " → "), true, false});
  gates.push_back({"dump-complete", "", facts.dumps_complete ? GateResult::passed : GateResult::failed,
                   facts.dumps_unprovable ? "a dump says nothing about its end: see the finding"
                   : facts.dumps_complete ? "every dump ends with its footer"
                                          : "a dump is truncated",
                   true, false});
  gates.push_back({"restore-proven", "", facts.restore_proven ? GateResult::passed : GateResult::failed,
                   facts.restore_detail, true, false});
  GateRecord every{
      "every-service-rehearsed", "", GateResult::passed, plural(plan.lanes.size(), "service"), true, false};
  if (!plan.not_rehearsed.empty() || plan.lanes.empty()) {
    std::vector<std::string> parts;
    for (const auto& [service, why] : plan.not_rehearsed) {
      parts.push_back(service + ": " + why);
    }
    every.result = GateResult::not_run;
    every.detail = parts.empty() ? "no service was rehearsed" : join(parts, "; ");
  }
  gates.push_back(every);
  for (const Lane& lane : plan.lanes) {
    const std::string& service = lane.service;
    const auto phase_gate = [&](const std::string& id, const std::string& phase) {
      GateRecord gate = over_steps(
          record, id, service, [&](const StepRecord& step) { return step.phase == phase; },
          "the service has no online migrations");
      if (const std::string left = remainders(record, service, phase); !left.empty()) {
        gate.result = GateResult::failed;
        gate.detail = left;
      }
      return gate;
    };
    gates.push_back(phase_gate("online-before-complete", "online-before"));
    gates.push_back(over_steps(
        record, "steps-passed", service,
        [](const StepRecord& step) { return !is_beside(step.phase) && !is_online(step.phase); }, "no schema step"));
    gates.push_back(phase_gate("online-complete", "online"));
    gates.push_back(rows_expected(record, service));
    gates.push_back(contract_last(record, service));
  }
  for (GateRecord& gate : gates) {
    gate.after_blocker =
        gate.result == GateResult::not_run && !gate.service.empty() && has_blocker(record, gate.service);
  }
  if (record.window_seconds) {
    double seconds = 0;
    for (const StepRecord& step : record.steps) {
      // A purge is done before the window.
      seconds += step.phase == "purge" ? 0 : step.seconds;
    }
    GateRecord window{"window", "", GateResult::passed, {}, false, false};
    const bool all_ran = std::none_of(record.steps.begin(), record.steps.end(),
                                      [](const StepRecord& step) { return step.status == StepStatus::not_run; });
    window.result = seconds > *record.window_seconds ? GateResult::failed
                    : all_ran                        ? GateResult::passed
                                                     : GateResult::not_run;
    window.detail = fmt::format("{} of steps one after another, window {}", human_seconds(seconds),
                                human_seconds(*record.window_seconds));
    gates.push_back(window);
  }
}

}  // namespace rehearsal
