#include "reports/summary.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

// Cut by characters, not bytes.
std::string cut(const std::string& line, std::size_t width) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80U && ++columns > width) {
      return line.substr(0, i);
    }
  }
  return line;
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

void tell_findings(const RunRecord& record, Severity severity, std::vector<std::string>& out) {
  std::size_t told = 0;
  for (const Finding& finding : record.findings) {
    if (finding.severity != severity) {
      continue;
    }
    if (++told > 5) {
      continue;
    }
    out.push_back(
        fmt::format("  {} {}: {}", severity == Severity::blocker ? "✗" : "!", finding.code, finding_sentence(finding)));
    if (!finding.error.empty()) {
      out.push_back("      " + lines_of(finding.error).front());
    }
    if (finding.fix && !finding.fix->sql.empty()) {
      const char* proof = !finding.fix->tried ? "not tried" : finding.fix->passes ? "tried: passes" : "tried: fails";
      out.push_back(fmt::format("      fix ({}): {}", proof, lines_of(finding.fix->sql).front()));
    }
  }
  if (told > 5) {
    out.push_back(fmt::format("  and {} more in the report", told - 5));
  }
}

void tell_lanes(const RunRecord& record, std::vector<std::string>& out) {
  std::vector<std::string> services;
  for (const StepRecord& step : record.steps) {
    if (std::find(services.begin(), services.end(), step.service) == services.end()) {
      services.push_back(step.service);
    }
  }
  for (const std::string& service : services) {
    int counts[3] = {0, 0, 0};
    double seconds = 0;
    for (const StepRecord& step : record.steps) {
      if (step.service == service) {
        seconds += step.seconds;
        ++counts[step.status == StepStatus::passed ? 0 : step.status == StepStatus::failed ? 1 : 2];
      }
    }
    out.push_back(fmt::format("  {} {:<14} {} passed, {} failed, {} not run  {}",
                              counts[1] > 0   ? "✗"
                              : counts[2] > 0 ? "–"
                                              : "✓",
                              service, counts[0], counts[1], counts[2], human_seconds(seconds)));
  }
  for (const StepRecord& step : record.steps) {
    if (step.status == StepStatus::failed && !step.output_tail.empty()) {
      const std::vector<std::string> tail = lines_of(step.output_tail);
      out.push_back("  last lines of " + step.id + ":");
      for (std::size_t i = tail.size() > 4 ? tail.size() - 4 : 0; i < tail.size(); ++i) {
        out.push_back("    | " + tail[i]);
      }
      break;
    }
  }
}

void tell_gates(const RunRecord& record, std::vector<std::string>& out) {
  std::vector<std::string> passed;
  for (const GateRecord& gate : record.gates) {
    if (gate.result == GateResult::passed) {
      passed.push_back(gate.id);
      continue;
    }
    out.push_back(fmt::format("  {} {} {} {}", gate.result == GateResult::failed ? "✗" : "–", gate.id, gate.service,
                              gate.detail));
  }
  std::sort(passed.begin(), passed.end());
  passed.erase(std::unique(passed.begin(), passed.end()), passed.end());
  if (!passed.empty()) {
    out.push_back("  ✓ passed: " + join(passed, ", "));
  }
}

}  // namespace

std::string summary_subject(const RunRecord& record) {
  return fmt::format("{}  {} → {}  {}", to_word(record.verdict), record.from, record.to,
                     record.reasons.empty() ? std::string() : record.reasons.front());
}

std::string summary_text(const RunRecord& record, const SummaryOptions& options) {
  std::vector<std::string> body;
  const auto section = [&](const char* title, const std::vector<std::string>& lines) {
    if (!lines.empty()) {
      body.emplace_back();
      body.emplace_back(title);
      body.insert(body.end(), lines.begin(), lines.end());
    }
  };
  std::vector<std::string> lines;
  for (const std::string& reason : record.reasons) {
    lines.push_back("  " + reason);
  }
  section("Why", lines);
  lines.clear();
  tell_findings(record, Severity::blocker, lines);
  section("Blockers", lines);
  lines.clear();
  tell_findings(record, Severity::warning, lines);
  section("Conditions", lines);
  lines.clear();
  tell_lanes(record, lines);
  section("Services", lines);
  lines.clear();
  tell_gates(record, lines);
  section("Gates", lines);
  lines.clear();
  for (const StepRecord& step : record.steps) {
    for (const CheckResult& check : step.checks) {
      if (!check.judged) {
        lines.push_back("  " + step.id + ": " + check.name);
      }
    }
  }
  section("Not judged", lines);
  lines.clear();
  for (const std::string& gap : record.parity) {
    lines.push_back("  " + gap);
  }
  section("Not as in production", lines);
  if (!options.page.empty()) {
    body.emplace_back();
    body.push_back("Page: " + options.page);
  }
  const std::string strip = cut(fmt::format("{}  {} → {}  run {}  {}", to_word(record.verdict), record.from, record.to,
                                            record.run, human_seconds(record.seconds)),
                                options.width);
  const std::string verdict = options.colours ? colour_of(record.verdict) + strip + "\x1b[0m" : strip;
  std::string out = verdict + "\n";
  for (const std::string& line : body) {
    // The page's path stays whole: it is there to be copied.
    out += (line.rfind("Page: ", 0) == 0 ? line : cut(line, options.width)) + "\n";
  }
  return out + "\n" + verdict + "\n";
}

}  // namespace rehearsal
