#include "harness/run/check_gate.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/one_cause.h"

namespace rehearsal {

namespace {

constexpr std::size_t kNamed = 12;

struct Checks {
  std::set<std::string> judged;
  std::map<std::string, std::string> left_out;  // a check, or a step of which no check spoke, and why
  std::vector<std::string> failed;              // steps
};

Checks checks_of(const RunRecord& record, const Lane& lane) {
  Checks checks;
  std::set<std::string> known;
  for (const StepRecord& step : record.steps) {
    if (step.service != lane.service || !only_reads(step.phase)) {
      continue;
    }
    known.insert(step.id);
    if (step.status == StepStatus::failed) {
      checks.failed.push_back(step.id);
    }
    if (step.status == StepStatus::not_run || step.checks.empty()) {
      static constexpr std::string_view kPrefix = "not judged: ";
      const std::string& reason = step.reason;
      checks.left_out[step.id] = reason.empty()                ? "it did not run"
                                 : reason.starts_with(kPrefix) ? reason.substr(kPrefix.size())
                                                               : reason;
      continue;
    }
    for (const CheckResult& check : step.checks) {
      if (check.judged) {
        checks.judged.insert(check.name);
      } else {
        checks.left_out[check.name] = check.why;
      }
    }
  }
  for (const PlanStep& step : lane.steps) {
    if (only_reads(step.phase) && !known.contains(step.id)) {
      checks.left_out[step.id] = "it did not run";
    }
  }
  return checks;
}

std::string left_out_text(const Checks& checks) {
  std::vector<std::string> parts;
  for (const auto& [name, why] : checks.left_out) {
    const bool also = checks.judged.contains(name);
    parts.push_back(fmt::format("{}{}{}", name, also ? " on later hops" : "", why.empty() ? "" : " (" + why + ")"));
  }
  return join_some(parts, "; ", kNamed);
}

}  // namespace

GateRecord upgrade_checks_gate(const RunRecord& record, const Lane& lane) {
  GateRecord gate{
      .id = GateId::upgrade_checks, .service = lane.service, .result = GateResult::passed, .mandatory = false};
  const Checks checks = checks_of(record, lane);
  const std::string left_out = left_out_text(checks);
  gate.detail = fmt::format("{} judged", plural(checks.judged.size(), "check"));
  if (!checks.failed.empty()) {
    gate.result = GateResult::failed;
    gate.detail = join(checks.failed, ", ") + " failed; " + gate.detail;
    for (std::size_t i = 0; i < record.findings.size(); ++i) {
      if (std::any_of(checks.failed.begin(), checks.failed.end(),
                      [&](const std::string& step) { return tells_of(record.findings[i], step); })) {
        gate.findings.push_back(i);
      }
    }
  } else if (checks.judged.empty()) {
    gate.result = GateResult::not_run;
    gate.detail = checks.left_out.empty() ? "no upgrade check on the path" : "no check could be judged";
  }
  if (!left_out.empty()) {
    gate.detail += "; not judged: " + left_out;
  }
  return gate;
}

}  // namespace rehearsal
