// A comparison as JSON and as lines for a terminal.
#include <cmath>
#include <cstddef>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/compare.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostLines = 15;  // of one list

template <typename Word>
std::string word_or_absent(const std::optional<Word>& word) {
  return word ? to_word(*word) : "absent";
}

ordered_json changed_json(const Finding& finding) {
  ordered_json json{{"code", finding.code},       {"severity", to_word(finding.severity)},
                    {"service", finding.service}, {"release", finding.release},
                    {"step", finding.step},       {"revision", finding.revision},
                    {"title", finding.title},     {"table", finding.table}};
  json["row_count"] = finding.row_count ? ordered_json(*finding.row_count) : ordered_json(nullptr);
  return json;
}

ordered_json changed_json(const std::vector<Finding>& findings) {
  ordered_json list = ordered_json::array();
  for (const Finding& finding : findings) {
    list.push_back(changed_json(finding));
  }
  return list;
}

ordered_json changed_json(const std::vector<StepTiming>& timings) {
  ordered_json list = ordered_json::array();
  for (const StepTiming& timing : timings) {
    list.push_back({{"step", timing.step}, {"seconds_before", timing.before}, {"seconds_after", timing.after}});
  }
  return list;
}

std::string headline(const Comparison& comparison) {
  const auto words = [](Verdict verdict, const std::string& scope) {
    return to_word(verdict) + (scope.empty() ? std::string() : " (" + scope + ")");
  };
  const std::string before = words(comparison.verdict_before, comparison.scope_before);
  const std::string after = words(comparison.verdict_after, comparison.scope_after);
  const std::size_t appeared = comparison.appeared.size();
  const std::size_t gone = comparison.gone.size();
  std::string text = before == after ? after + " as before: " : before + " → " + after + ": ";
  if (appeared > 0) {
    return text + plural(appeared, "finding") + " new, " + (gone > 0 ? human_count(gone) : "nothing") + " gone";
  }
  if (gone > 0) {
    return text + plural(gone, "finding") + " gone, nothing new";
  }
  if (!comparison.changed.empty()) {
    return text + "the same findings, " + human_count(comparison.changed.size()) + " of them changed";
  }
  return text + (comparison.unchanged > 1    ? "the same " + plural(comparison.unchanged, "finding")
                 : comparison.unchanged == 1 ? "the same finding"
                                             : "no findings");
}

// A heading and its lines; nothing where there are none.
std::string list_text(const std::string& heading, const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return {};
  }
  std::string text = "\n" + heading + "\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i + 1 == kMostLines && lines.size() > kMostLines) {
      return text + fmt::format("  and {} more\n", lines.size() - i);
    }
    text += "  " + lines[i] + "\n";
  }
  return text;
}

std::vector<std::string> finding_lines(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    lines.push_back(fmt::format("{:<8} {}: {}", to_word(finding.severity), finding.code, finding_sentence(finding)));
  }
  return lines;
}

std::string rows_word(const std::optional<std::int64_t>& rows) {
  return rows ? plural(static_cast<std::uint64_t>(*rows < 0 ? -*rows : *rows), "row") : "rows not counted";
}

std::vector<std::string> changed_lines(const std::vector<FindingChange>& changes) {
  std::vector<std::string> lines;
  for (const FindingChange& change : changes) {
    std::vector<std::string> what;
    if (change.before.severity != change.after.severity) {
      what.push_back(fmt::format("{} → {}", to_word(change.before.severity), to_word(change.after.severity)));
    }
    if (change.before.row_count != change.after.row_count) {
      what.push_back(rows_word(change.before.row_count) + " → " + rows_word(change.after.row_count));
    }
    const std::string& where = !change.after.table.empty()  ? change.after.table
                               : !change.after.step.empty() ? change.after.step
                                                            : change.after.service;
    lines.push_back(change.after.code + (where.empty() ? "" : " " + where) + ": " + join(what, ", "));
  }
  return lines;
}

std::vector<std::string> timing_lines(const std::vector<StepTiming>& timings) {
  std::vector<std::string> lines;
  for (const StepTiming& timing : timings) {
    const double percent = timing.before > 0 ? std::abs(timing.after - timing.before) / timing.before * 100 : 0;
    const std::string share =
        timing.before > 0 ? fmt::format(" ({}{:.0f} %)", timing.after > timing.before ? "+" : "-", percent) : "";
    lines.push_back(timing.step + ": " + human_seconds(timing.before) + " → " + human_seconds(timing.after) + share);
  }
  return lines;
}

std::string times_text(const Comparison& comparison) {
  std::string text = list_text("Slower steps", timing_lines(comparison.slower)) +
                     list_text("Faster steps", timing_lines(comparison.faster));
  if (!comparison.not_timed_alike.empty()) {
    text += fmt::format("\nThe times of {} are not compared: other lanes ran beside them in only one of the runs.\n",
                        plural(comparison.not_timed_alike.size(), "step"));
  }
  if (text.empty() && comparison.timed_alike > 0) {
    text =
        fmt::format("\nNo step is slower or faster by more than 20 % and 2 s ({} compared).\n", comparison.timed_alike);
  }
  return text;
}

std::string snapshot_text(const Comparison& comparison) {
  if (comparison.same_snapshot) {
    return "\nThe same snapshot: " + plural(comparison.rows_after, "row") + ".\n";
  }
  return "\nAnother snapshot: " + plural(comparison.rows_before, "row") + " before, " +
         human_count(comparison.rows_after) + " now.\n";
}

}  // namespace

nlohmann::ordered_json to_json(const Comparison& comparison) {
  ordered_json changed = ordered_json::array();
  for (const FindingChange& change : comparison.changed) {
    changed.push_back({{"before", changed_json(change.before)}, {"after", changed_json(change.after)}});
  }
  ordered_json steps = ordered_json::array();
  for (const StepChange& step : comparison.steps) {
    steps.push_back(
        {{"step", step.step}, {"before", word_or_absent(step.before)}, {"after", word_or_absent(step.after)}});
  }
  ordered_json gates = ordered_json::array();
  for (const GateChange& gate : comparison.gates) {
    gates.push_back({{"id", to_word(gate.gate)},
                     {"service", gate.service},
                     {"before", word_or_absent(gate.before)},
                     {"after", word_or_absent(gate.after)},
                     {"detail", gate.detail}});
  }
  return {{"schema", "rehearsal-comparison/1"},
          {"summary", headline(comparison)},
          {"before",
           {{"run", comparison.run_before},
            {"verdict", to_word(comparison.verdict_before)},
            {"scope", comparison.scope_before}}},
          {"after",
           {{"run", comparison.run_after},
            {"verdict", to_word(comparison.verdict_after)},
            {"scope", comparison.scope_after}}},
          {"findings",
           {{"new", changed_json(comparison.appeared)},
            {"gone", changed_json(comparison.gone)},
            {"changed", changed},
            {"unchanged", comparison.unchanged}}},
          {"times",
           {{"slower", changed_json(comparison.slower)},
            {"faster", changed_json(comparison.faster)},
            {"compared", comparison.timed_alike},
            {"not_comparable", comparison.not_timed_alike}}},
          {"steps", steps},
          {"gates", gates},
          {"snapshot",
           {{"same", comparison.same_snapshot},
            {"rows_before", comparison.rows_before},
            {"rows_after", comparison.rows_after}}},
          {"notes", comparison.notes}};
}

std::string to_text(const Comparison& comparison) {
  std::string text = headline(comparison) + "\n";
  text += "before " + comparison.run_before + ", after " + comparison.run_after + "\n";
  text += list_text("New findings", finding_lines(comparison.appeared));
  text += list_text("Gone findings", finding_lines(comparison.gone));
  text += list_text("Changed findings", changed_lines(comparison.changed));
  std::vector<std::string> gates;
  for (const GateChange& gate : comparison.gates) {
    gates.push_back(to_word(gate.gate) + (gate.service.empty() ? std::string() : " of " + gate.service) + ": " +
                    word_or_absent(gate.before) + " → " + word_or_absent(gate.after) +
                    (gate.detail.empty() ? "" : " (" + gate.detail + ")"));
  }
  text += list_text("Gates", gates);
  std::vector<std::string> steps;
  for (const StepChange& step : comparison.steps) {
    steps.push_back(step.step + ": " + word_or_absent(step.before) + " → " + word_or_absent(step.after));
  }
  text += list_text("Steps", steps);
  text += times_text(comparison);
  text += snapshot_text(comparison);
  text += list_text("Also different", comparison.notes);
  return text;
}

}  // namespace rehearsal
