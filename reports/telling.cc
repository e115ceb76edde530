#include "reports/telling.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/error_text.h"
#include "reports/markup.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

// "in NAME", "in 2 services"; empty where the findings name no service.
std::string in_services(const std::vector<const Finding*>& findings) {
  std::set<std::string> services;
  for (const Finding* finding : findings) {
    if (!finding->service.empty()) {
      services.insert(finding->service);
    }
  }
  if (services.empty()) {
    return {};
  }
  return services.size() == 1 ? " in " + *services.begin() : fmt::format(" in {} services", services.size());
}

std::string no_go_sentence(const RunRecord& record) {
  const auto blockers = findings_of(record, Severity::blocker);
  if (blockers.empty()) {
    return "A step or a mandatory gate failed: this upgrade would not succeed on this data as it is.";
  }
  return fmt::format("{}{}: this upgrade would not succeed on this data as it is.", plural(blockers.size(), "blocker"),
                     in_services(blockers));
}

std::string conditions_sentence(const RunRecord& record) {
  const auto warnings = findings_of(record, Severity::warning);
  return warnings.empty() ? std::string("The upgrade works on this data; the condition below must be met first.")
                          : fmt::format("The upgrade works on this data; see to {}{} first.",
                                        plural(warnings.size(), "condition"), in_services(warnings));
}

}  // namespace

const char* mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::go:
      return "✓";
    case Verdict::conditions:
      return "!";
    case Verdict::no_go:
      return "✗";
    case Verdict::inconclusive:
      return "?";
  }
  return "?";
}

const char* mark_of(Severity severity) {
  switch (severity) {
    case Severity::blocker:
      return "✗";
    case Severity::warning:
      return "!";
    case Severity::info:
      return "i";
  }
  return "i";
}

const char* mark_of(StepStatus status) {
  switch (status) {
    case StepStatus::passed:
      return "✓";
    case StepStatus::failed:
      return "✗";
    case StepStatus::skipped:
    case StepStatus::not_run:
      return "–";
  }
  return "–";
}

const char* mark_of(GateResult result) {
  switch (result) {
    case GateResult::passed:
      return "✓";
    case GateResult::failed:
      return "✗";
    case GateResult::not_run:
      return "–";
  }
  return "–";
}

std::string spoken(StepStatus status) {
  return replace_all(to_word(status), "-", " ");
}

std::string spoken(GateResult result) {
  return replace_all(to_word(result), "-", " ");
}

bool is_told_as_finding(const RunRecord& record, const Reason& reason) {
  // Reasons of runs kept before these had places say it by their words only.
  return reason.finding ? *reason.finding < record.findings.size()
                        : std::any_of(record.findings.begin(), record.findings.end(),
                                      [&](const Finding& finding) { return finding_sentence(finding) == reason.text; });
}

std::string verdict_sentence(const RunRecord& record) {
  switch (record.verdict) {
    case Verdict::go:
      return "Every step ran to its end on this data and every gate passed.";
    case Verdict::conditions:
      return conditions_sentence(record);
    case Verdict::no_go:
      return no_go_sentence(record);
    case Verdict::inconclusive:
      return record.verified ? "The rehearsal did not prove enough to say GO."
                             : "The restored data is not proven to be what the dump holds, so nothing here counts.";
  }
  return {};
}

std::string path_text(const RunRecord& record) {
  if (record.from == record.to) {
    return record.to;
  }
  std::string text = record.from;
  for (const auto& [from, to] : record.hops) {
    text += " → " + to;
  }
  return record.hops.empty() ? record.from + " → " + record.to : text;
}

std::string human_time(const std::string& utc) {
  const bool known_form = utc.size() == 20 && utc[10] == 'T' && utc.back() == 'Z';
  return known_form ? utc.substr(0, 10) + " " + utc.substr(11, 5) + " UTC" : utc;
}

std::string snapshot_time(const RunRecord& record) {
  std::string first;
  std::string last;
  for (const DumpRecord& dump : record.dumps) {
    if (!dump.completed_at.empty()) {
      const std::string time = human_time(dump.completed_at);
      first = first.empty() ? time : std::min(first, time);
      last = std::max(last, time);
    }
  }
  return first == last ? last : first + " to " + last;
}

std::string fix_proof(const Finding& finding) {
  if (!finding.fix || finding.fix->sql.empty()) {
    return {};
  }
  const Fix& fix = *finding.fix;
  if (!fix.tried) {
    return "not tried";
  }
  if (!fix.passes) {
    return "tried: fails";
  }
  return fix.seconds > 0 ? fmt::format("tried: passes ({})", human_seconds(fix.seconds)) : "tried: passes";
}

std::string gate_meaning_text(const GateRecord& gate) {
  if (!gate.detail.empty()) {
    return gate.detail;
  }
  if (gate.result == GateResult::not_run) {
    return gate.after_blocker ? "not checked because of an earlier blocker" : "not checked";
  }
  const GateMeaning& meaning = gate_meaning(gate.id);
  return gate.result == GateResult::passed ? meaning.meaning : meaning.failure;
}

std::string readable_tail(const StepRecord& step) {
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(clean_text(without_log_prefixes(step.output_tail)))) {
    if (!trim(line).empty()) {
      lines.push_back(line);
    }
  }
  return join(lines, "\n");
}

std::string changed_rows_text(const TableChange& change) {
  std::vector<std::string> parts;
  const auto add = [&](const std::optional<std::int64_t>& count, const char* word) {
    if (count && *count != 0) {
      parts.push_back(human_count(static_cast<std::uint64_t>(*count)) + " " + word);
    }
  };
  add(change.inserted, "inserted");
  add(change.updated, "updated");
  add(change.deleted, "deleted");
  return join(parts, ", ");
}

std::string changed_columns_text(const TableChange& change) {
  static const std::map<std::string, std::string> kKinds = {{"null-to-value", "NULL → value"},
                                                            {"value-to-null", "value → NULL"},
                                                            {"truncated", "cut short"},
                                                            {"case", "upper and lower case"},
                                                            {"other", "another value"}};
  std::vector<std::string> parts;
  for (const ColumnChange& column : change.columns) {
    const auto kind = kKinds.find(column.kind);
    parts.push_back(fmt::format("{}: {} in {}", column.column, kind == kKinds.end() ? column.kind : kind->second,
                                plural(static_cast<std::uint64_t>(column.rows), "row")));
  }
  return join(parts, "; ");
}

StepStatus LaneSum::status() const {
  return failed > 0 ? StepStatus::failed : not_run > 0 || passed == 0 ? StepStatus::not_run : StepStatus::passed;
}

std::vector<LaneSum> lanes_of(const RunRecord& record) {
  std::vector<LaneSum> lanes;
  for (const StepRecord& step : record.steps) {
    auto lane =
        std::find_if(lanes.begin(), lanes.end(), [&](const LaneSum& known) { return known.service == step.service; });
    if (lane == lanes.end()) {
      lanes.emplace_back();
      lane = lanes.end() - 1;
      lane->service = step.service;
    }
    lane->steps.push_back(&step);
    lane->seconds += step.seconds;
    switch (step.status) {
      case StepStatus::passed:
        ++lane->passed;
        break;
      case StepStatus::failed:
        ++lane->failed;
        break;
      case StepStatus::skipped:
        ++lane->skipped;
        break;
      case StepStatus::not_run:
        ++lane->not_run;
        break;
    }
  }
  return lanes;
}

std::vector<UnjudgedCheck> unjudged_checks(const RunRecord& record) {
  std::vector<UnjudgedCheck> checks;
  for (const StepRecord& step : record.steps) {
    for (const CheckResult& check : step.checks) {
      if (check.judged) {
        continue;
      }
      auto known = std::find_if(checks.begin(), checks.end(),
                                [&](const UnjudgedCheck& other) { return other.name == check.name; });
      if (known == checks.end()) {
        checks.push_back({.name = check.name, .details = check.details});
        known = checks.end() - 1;
      }
      known->steps.push_back(step.id);
      if (!contains(known->services, step.service)) {
        known->services.push_back(step.service);
      }
    }
  }
  return checks;
}

std::map<std::string, std::size_t> taken_over(const RunRecord& record) {
  std::map<std::string, std::size_t> runs;
  for (const StepRecord& step : record.steps) {
    if (!step.taken_from.empty()) {
      ++runs[step.taken_from];
    }
  }
  return runs;
}

std::vector<std::string> services_without_steps(const RunRecord& record) {
  std::vector<std::string> services;
  for (const ServiceRecord& service : record.services) {
    const bool has_step = std::any_of(record.steps.begin(), record.steps.end(),
                                      [&](const StepRecord& step) { return step.service == service.name; });
    if (!has_step) {
      services.push_back(service.name);
    }
  }
  return services;
}

std::vector<const Finding*> findings_of(const RunRecord& record, Severity severity) {
  std::vector<const Finding*> found;
  for (const Finding& finding : record.findings) {
    if (finding.severity == severity) {
      found.push_back(&finding);
    }
  }
  return found;
}

}  // namespace rehearsal
