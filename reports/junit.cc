#include "reports/junit.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "reports/markup.h"
#include "reports/one_cause.h"
#include "reports/scope.h"
#include "reports/telling.h"
#include "reports/verdict.h"
#include "reports/waivers.h"

namespace rehearsal {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escape_markup(replace_all(std::string(value), "\n", " ")));
}

std::string open_suite(const std::string& name, std::size_t tests, std::size_t failures, std::size_t skipped,
                       double seconds, const std::string& started) {
  return fmt::format("  <testsuite{} tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"{}>\n",
                     attribute("name", name), tests, failures, skipped, seconds,
                     started.empty() ? "" : attribute("timestamp", started));
}

std::string failure(const std::string& message, const std::string& type, const std::string& text) {
  return fmt::format("      <failure{}{}>{}</failure>\n", attribute("message", message), attribute("type", type),
                     escape_markup(text));
}

std::string test_case(const std::string& name, const std::string& group, double seconds, const std::string& inner) {
  const std::string open =
      fmt::format("    <testcase{}{} time=\"{:.3f}\"", attribute("name", name), attribute("classname", group), seconds);
  return inner.empty() ? open + "/>\n" : open + ">\n" + inner + "    </testcase>\n";
}

std::string blocker_text(const Finding& finding) {
  std::string text = finding.code + ": " + finding_sentence(finding) + "\n";
  for (const std::string& part : {finding.detail, finding.error, finding.statement}) {
    if (!part.empty()) {
      text += part + "\n";
    }
  }
  if (finding.fix && !finding.fix->sql.empty()) {
    text += "fix (" + fix_proof(finding) + "):\n" + finding.fix->sql + "\n";
  }
  if (finding.fix && !finding.fix->decision.empty()) {
    text += "to decide: " + finding.fix->decision + "\n";
  }
  return text;
}

std::string step_failure(const RunRecord& record, const StepRecord& step) {
  std::string message;
  std::string type = "step-failed";
  std::string text;
  for (const Finding& finding : record.findings) {
    if (finding.severity == Severity::blocker && finding.step == step.id) {
      if (message.empty()) {
        message = finding.title.empty() ? finding.code : finding.title;
        type = finding.code;
      }
      text += blocker_text(finding);
    }
  }
  if (message.empty()) {
    message = step.reason.empty() ? "the step failed" : step.reason;
    text = readable_tail(step);
  }
  return failure(message, type, text);
}

// The waivers of a step's findings; as a failure they would count in full.
std::string step_waived(const RunRecord& record, const StepRecord& step) {
  std::vector<std::string> parts;
  for (const Finding& finding : record.findings) {
    if (tells_of(finding, step.id) && finding.waived) {
      parts.push_back(finding.code + " " + waived_text(*finding.waived));
    }
  }
  return fmt::format("      <skipped{}/>\n", attribute("message", join(parts, "; ")));
}

std::string step_case(const RunRecord& record, const StepRecord& step) {
  std::string inner;
  switch (step.status) {
    case StepStatus::passed:
      break;
    case StepStatus::failed:
      inner = is_waived(record, step) ? step_waived(record, step) : step_failure(record, step);
      break;
    case StepStatus::skipped:
    case StepStatus::not_run:
      inner = fmt::format("      <skipped{}/>\n",
                          attribute("message", step.reason.empty() ? to_word(step.status) : step.reason.c_str()));
      break;
  }
  return test_case(step.id, step.service + "." + step.release, step.seconds, inner);
}

std::string reasons_text(const RunRecord& record) {
  std::vector<std::string> lines;
  for (const Reason& reason : record.reasons) {
    lines.push_back(reason.text);
  }
  return join(lines, "\n");
}

std::string verdict_suite(const RunRecord& record, bool failed) {
  std::string inner;
  if (failed) {
    inner =
        failure(verdict_words(record) + ": " + verdict_sentence(record), to_word(record.verdict), reasons_text(record));
  }
  std::string told = failed ? std::string() : verdict_words(record) + "\n" + reasons_text(record);
  for (const std::string& line : told_beside(record)) {
    told += (told.empty() ? "" : "\n") + ("beside the verdict: " + line);
  }
  for (const WaiverRecord& waiver : record.waivers) {
    told += (told.empty() ? "" : "\n") + ("waiver: " + waiver_text(waiver));
  }
  if (!told.empty()) {
    inner += fmt::format("      <system-out>{}</system-out>\n", escape_markup(told));
  }
  return open_suite("verdict", 1, failed ? 1 : 0, 0, 0, record.started) +
         test_case("verdict " + path_text(record) + (scope_text(record).empty() ? "" : " (" + scope_text(record) + ")"),
                   "rehearsal", 0, inner) +
         "  </testsuite>\n";
}

}  // namespace

std::string to_junit(const RunRecord& record) {
  const bool verdict_failed = record.verdict == Verdict::no_go || record.verdict == Verdict::inconclusive;
  std::size_t tests = 1;
  std::size_t failures = verdict_failed ? 1 : 0;
  std::size_t skipped = 0;
  std::string suites = verdict_suite(record, verdict_failed);
  for (const LaneSum& lane : lanes_of(record)) {
    const std::size_t waived = static_cast<std::size_t>(std::count_if(
        lane.steps.begin(), lane.steps.end(), [&](const StepRecord* step) { return is_waived(record, *step); }));
    const std::size_t lane_skipped = lane.skipped + lane.not_run + waived;
    const std::size_t lane_failed = lane.failed - waived;
    suites += open_suite(lane.service, lane.steps.size(), lane_failed, lane_skipped, lane.seconds, record.started);
    for (const StepRecord* step : lane.steps) {
      suites += step_case(record, *step);
    }
    suites += "  </testsuite>\n";
    tests += lane.steps.size();
    failures += lane_failed;
    skipped += lane_skipped;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites{} tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\">\n{}</testsuites>\n",
      attribute("name", "rehearsal " + record.run), tests, failures, skipped, record.seconds, suites);
}

}  // namespace rehearsal
