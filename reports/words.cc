// The closed enums of the run record as the words that reports use.
#include "reports/record.h"

namespace rehearsal {

const char* to_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::go:
      return "GO";
    case Verdict::conditions:
      return "CONDITIONS";
    case Verdict::no_go:
      return "NO-GO";
    case Verdict::inconclusive:
      return "INCONCLUSIVE";
  }
  return "INCONCLUSIVE";
}

const char* to_word(Severity severity) {
  switch (severity) {
    case Severity::blocker:
      return "blocker";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "info";
}

const char* to_word(StepStatus status) {
  switch (status) {
    case StepStatus::passed:
      return "passed";
    case StepStatus::failed:
      return "failed";
    case StepStatus::skipped:
      return "skipped";
    case StepStatus::not_run:
      return "not-run";
  }
  return "not-run";
}

const char* to_word(GateResult result) {
  switch (result) {
    case GateResult::passed:
      return "passed";
    case GateResult::failed:
      return "failed";
    case GateResult::not_run:
      return "not-run";
  }
  return "not-run";
}

}  // namespace rehearsal
