#include "reports/waivers.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/one_cause.h"

namespace rehearsal {
namespace {

bool means(const WaiverRecord& waiver, const Finding& finding) {
  return waiver.finding == finding.code && (waiver.table.empty() || waiver.table == finding.table);
}

Severity one_less(Severity severity) {
  return severity == Severity::blocker ? Severity::warning : Severity::info;
}

std::string in_brackets(const std::string& bug) {
  return bug.empty() ? std::string() : " (" + bug + ")";
}

}  // namespace

void apply_waivers(RunRecord& record, const std::string& today) {
  for (WaiverRecord& waiver : record.waivers) {
    const bool expired = waiver.until < today;
    waiver.findings = 0;
    for (Finding& finding : record.findings) {
      const bool counted = finding.severity != Severity::info || finding.waived.has_value();
      if (!counted || !means(waiver, finding)) {
        continue;
      }
      ++waiver.findings;
      if (!expired && !finding.waived) {
        finding.waived =
            Waived{.was = finding.severity, .reason = waiver.reason, .bug = waiver.bug, .until = waiver.until};
        finding.severity = one_less(finding.severity);
      }
    }
    waiver.state = expired ? "expired" : waiver.findings == 0 ? "unused" : "applied";
  }
}

std::string waiver_text(const WaiverRecord& waiver) {
  const std::string what = fmt::format("{}{}{} until {}{}: {}", waiver.finding, waiver.table.empty() ? "" : " in ",
                                       waiver.table, waiver.until, in_brackets(waiver.bug), waiver.reason);
  if (waiver.state == "expired") {
    return waiver.findings == 0
               ? what + "; expired, and no longer matches any finding"
               : fmt::format("{}; expired: {} in full", what,
                             waiver.findings == 1 ? "1 finding counts" : plural(waiver.findings, "finding") + " count");
  }
  if (waiver.state == "unused") {
    return what + "; matches no finding: it can be removed";
  }
  return fmt::format(
      "{}; {} one step less", what,
      waiver.findings == 1 ? std::string("1 finding counts") : plural(waiver.findings, "finding") + " count");
}

std::string waived_text(const Waived& waived) {
  return fmt::format("waived until {}{}: {}; it would be a {}", waived.until, in_brackets(waived.bug), waived.reason,
                     to_word(waived.was));
}

bool is_waived(const RunRecord& record, const StepRecord& step) {
  bool any = false;
  for (const Finding& finding : record.findings) {
    if (tells_of(finding, step.id) && finding.severity == Severity::blocker) {
      return false;
    }
    any = any || (tells_of(finding, step.id) && finding.waived && finding.waived->was == Severity::blocker);
  }
  return any && step.status == StepStatus::failed;
}

}  // namespace rehearsal
