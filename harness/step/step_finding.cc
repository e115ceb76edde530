#include "harness/step/step_finding.h"

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

}  // namespace rehearsal
