#include "reports/summary.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/drills.h"
#include "reports/probes.h"
#include "reports/scope.h"
#include "reports/telling.h"
#include "reports/verdict.h"
#include "reports/waivers.h"
#include "reports/wrap.h"

namespace rehearsal {
namespace {

constexpr std::size_t kFindingsShown = 5;  // of one severity
constexpr std::size_t kLinesShown = 8;     // of a list
constexpr std::size_t kSqlLinesShown = 20;

using Lines = std::vector<std::string>;

void append(Lines& out, const Lines& more) {
  out.insert(out.end(), more.begin(), more.end());
}

const char* colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::go:
      return "\x1b[1;32m";
    case Verdict::no_go:
      return "\x1b[1;31m";
    case Verdict::conditions:
    case Verdict::inconclusive:
      return "\x1b[1;33m";
  }
  return "";
}

// Reasons that the findings below do not tell.
Lines tell_why(const RunRecord& record, std::size_t width) {
  Lines out;
  if (record.verdict != Verdict::go || record.reasons.empty()) {
    out = wrap_text("  ", verdict_sentence(record), width);
  }
  for (const Reason& reason : record.reasons) {
    if (!is_told_as_finding(record, reason)) {
      append(out, wrap_text("  ", reason.text, width));
    }
  }
  return out;
}

Lines tell_beside(const RunRecord& record, std::size_t width) {
  Lines out;
  for (const std::string& line : told_beside(record)) {
    append(out, wrap_text("  ! ", line, width));
  }
  return out;
}

void tell_fix(const Finding& finding, std::size_t width, Lines& out) {
  if (!finding.fix) {
    return;
  }
  if (!finding.fix->sql.empty()) {
    out.push_back(fmt::format("      fix ({}):", fix_proof(finding)));
    Lines sql = wrap_sql(finding.fix->sql, 8, width);
    if (sql.size() > kSqlLinesShown) {
      const std::size_t more = sql.size() - kSqlLinesShown;
      sql.resize(kSqlLinesShown);
      sql.push_back(fmt::format("        -- and {} in the report", plural(more, "more line")));
    }
    append(out, sql);
  }
  if (!finding.fix->with.empty()) {
    append(out, wrap_text("      only together with the fixes of: ", join(finding.fix->with, ", "), width));
  }
  if (!finding.fix->decision.empty()) {
    append(out, wrap_text("      to decide: ", finding.fix->decision, width));
  }
}

Lines tell_findings(const RunRecord& record, Severity severity, std::size_t width) {
  Lines out;
  const auto findings = findings_of(record, severity);
  for (std::size_t i = 0; i < findings.size() && i < kFindingsShown; ++i) {
    const Finding& finding = *findings[i];
    append(out,
           wrap_text(fmt::format("  {} ", mark_of(severity)), finding.code + ": " + finding_sentence(finding), width));
    if (!finding.error.empty() && finding.title.find(lines_of(finding.error).front()) == std::string::npos) {
      append(out, wrap_text("      ", lines_of(finding.error).front(), width));
    }
    if (severity == Severity::blocker && !finding.detail.empty()) {
      append(out, wrap_text("      ", finding.detail, width));
    }
    if (finding.waived) {
      append(out, wrap_text("      ", waived_text(*finding.waived), width));
    }
    tell_fix(finding, width, out);
  }
  if (findings.size() > kFindingsShown) {
    out.push_back(fmt::format("  and {} more in the report", findings.size() - kFindingsShown));
  }
  return out;
}

Lines tell_waivers(const RunRecord& record, std::size_t width) {
  Lines out;
  for (const WaiverRecord& waiver : record.waivers) {
    append(out, wrap_text(waiver.state == "applied" ? "  – " : "  ! ", waiver_text(waiver), width));
  }
  return out;
}

Lines tell_lanes(const RunRecord& record, std::size_t width) {
  const std::vector<LaneSum> lanes = lanes_of(record);
  std::size_t longest = 0;
  for (const LaneSum& lane : lanes) {
    longest = std::max(longest, columns_of(lane.service));
  }
  for (const std::string& service : services_without_steps(record)) {
    longest = std::max(longest, columns_of(service));
  }
  Lines out;
  for (const LaneSum& lane : lanes) {
    std::string counts = fmt::format("{} passed", lane.passed);
    const std::pair<std::size_t, const char*> others[] = {
        {lane.failed, "failed"}, {lane.not_run, "not run"}, {lane.skipped, "skipped"}};
    for (const auto& [count, word] : others) {
      counts += count == 0 ? std::string() : fmt::format(", {} {}", count, word);
    }
    out.push_back(fmt::format("  {} {:<{}}  {:>11}  {}", mark_of(lane.status()), lane.service, longest,
                              human_seconds(lane.seconds), counts));
  }
  for (const std::string& service : services_without_steps(record)) {
    out.push_back(fmt::format("  – {:<{}}  not rehearsed", service, longest));
  }
  for (const auto& [run, steps] : taken_over(record)) {
    append(out, wrap_text("    ", fmt::format("{} taken over from run {}", plural(steps, "step"), run), width));
  }
  for (const StepRecord& step : record.steps) {
    if (step.status == StepStatus::failed && !step.output_tail.empty()) {
      const Lines tail = lines_of(readable_tail(step));
      out.push_back("  last lines of " + step.id + ":");
      for (std::size_t i = tail.size() > 4 ? tail.size() - 4 : 0; i < tail.size(); ++i) {
        append(out, wrap_text("    | ", tail[i], width));
      }
      break;
    }
  }
  return out;
}

// Steps that may not be repeated, or of which it is not known.
Lines tell_drills(const RunRecord& record, std::size_t width) {
  const std::vector<const StepRecord*> steps = drilled_steps(record);
  Lines out;
  std::size_t untold = 0;
  for (const StepRecord* step : steps) {
    const StepDrill& drill = *step->drill;
    if (drill.may_be_repeated == Repeat::proven) {
      continue;
    }
    if (out.size() >= kLinesShown) {
      ++untold;
      continue;
    }
    const auto worst = std::max_element(drill.drills.begin(), drill.drills.end(),
                                        [](const auto& a, const auto& b) { return a.end < b.end; });
    const bool no = drill.may_be_repeated == Repeat::no && worst != drill.drills.end();
    append(out, wrap_text(fmt::format("  {} ", mark_of(drill.may_be_repeated)),
                          step->id + ": " + (no ? drill_text(*worst) : repeat_text(drill)), width));
  }
  if (untold > 0) {
    out.push_back(fmt::format("  and {} more in the report", untold));
  }
  if (!steps.empty()) {
    out.insert(out.begin(), "  " + drills_sum_text(steps));
  }
  return out;
}

// Services whose code did not live everywhere, or was not asked.
Lines tell_probes(const RunRecord& record, std::size_t width) {
  Lines out;
  if (record.probes.empty()) {
    return out;
  }
  append(out, wrap_text("  ", probes_sum_text(record), width));
  for (const ProbedService& service : probed_services(record)) {
    if (!lives_everywhere(service)) {
      append(out, wrap_text("  ", service.service + ": " + moments_text(service), width));
    }
  }
  return out;
}

// Gates that did not pass, then those that passed for every service.
Lines tell_gates(const RunRecord& record, std::size_t width) {
  Lines out;
  std::vector<std::string> passed;
  for (const GateRecord& gate : record.gates) {
    if (gate.result != GateResult::passed) {
      const std::string text = to_word(gate.id) + (gate.service.empty() ? std::string() : " of " + gate.service) +
                               ": " + gate_meaning_text(gate);
      append(out, wrap_text(fmt::format("  {} ", mark_of(gate.result)), text, width));
    } else if (!contains(passed, to_word(gate.id)) &&
               std::none_of(record.gates.begin(), record.gates.end(), [&](const GateRecord& other) {
                 return other.id == gate.id && other.result != GateResult::passed;
               })) {
      passed.emplace_back(to_word(gate.id));
    }
  }
  if (!passed.empty()) {
    append(out, wrap_text("  ✓ ", "passed: " + join(passed, ", "), width));
  }
  return out;
}

Lines tell_unjudged(const RunRecord& record, std::size_t width) {
  Lines out;
  const std::vector<UnjudgedCheck> checks = unjudged_checks(record);
  for (std::size_t i = 0; i < checks.size() && i < kLinesShown; ++i) {
    append(out, wrap_text("  – ", checks[i].name + ": " + join(checks[i].services, ", "), width));
  }
  if (checks.size() > kLinesShown) {
    out.push_back(fmt::format("  and {} more in the report", checks.size() - kLinesShown));
  }
  return out;
}

Lines tell_parity(const RunRecord& record, std::size_t width) {
  Lines out;
  for (std::size_t i = 0; i < record.parity.size() && i < kLinesShown; ++i) {
    append(out, wrap_text("  – ", record.parity[i], width));
  }
  if (record.parity.size() > kLinesShown) {
    out.push_back(fmt::format("  and {} more in the report", record.parity.size() - kLinesShown));
  }
  return out;
}

}  // namespace

std::string summary_subject(const RunRecord& record) {
  return fmt::format("{}  {} → {}  {}", verdict_words(record), record.from, record.to,
                     record.reasons.empty() ? std::string() : record.reasons.front().text);
}

std::string summary_text(const RunRecord& record, const SummaryOptions& options) {
  const std::size_t width = std::max<std::size_t>(options.width, 40);
  Lines body;
  const auto section = [&](const char* title, const Lines& lines) {
    if (!lines.empty()) {
      body.emplace_back();
      body.emplace_back(title);
      append(body, lines);
    }
  };
  section("Beside the verdict", tell_beside(record, width));
  section("Why", tell_why(record, width));
  section("Blockers", tell_findings(record, Severity::blocker, width));
  section("Conditions", tell_findings(record, Severity::warning, width));
  section("Waivers", tell_waivers(record, width));
  section("Services", tell_lanes(record, width));
  section("Kill drill", tell_drills(record, width));
  section("Old and new code", tell_probes(record, width));
  section("Gates", tell_gates(record, width));
  section("Not judged (needs a live service or the operator's configuration)", tell_unjudged(record, width));
  section("Not as in production", tell_parity(record, width));
  if (!options.page.empty()) {
    body.emplace_back();
    body.push_back("Page: " + options.page);
  }
  const std::string strip = fmt::format("{}  {}  run {}  {}", verdict_words(record), path_text(record), record.run,
                                        human_seconds(record.seconds));
  const std::string verdict = options.colours ? colour_of(record.verdict) + strip + "\x1b[0m" : strip;
  return verdict + "\n" + join(body, "\n") + "\n\n" + verdict + "\n";
}

}  // namespace rehearsal
