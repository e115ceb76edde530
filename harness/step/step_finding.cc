#include "harness/step/step_finding.h"

#include <algorithm>
#include <utility>

namespace rehearsal {

Finding finding_for(const PlanStep& step, std::string code, Severity severity, std::string title) {
  Finding finding;
  finding.code = std::move(code);
  finding.severity = severity;
  finding.service = step.service;
  finding.release = step.release;
  finding.step = step.id;
  finding.title = std::move(title);
  return finding;
}

Finding* blocker_of(std::vector<Finding>& findings, const std::string& step) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.severity == Severity::blocker && finding.step == step;
  });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace rehearsal
