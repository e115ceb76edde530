#include "reports/scope.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {
namespace {

// Findings that say what was not looked at or not reproduced, whatever their severity.
constexpr std::array<std::string_view, 7> kBeside = {
    "tables-left-out",     "variables-not-given",     "server-series-differs",     "service-versions-assumed",
    "drift-not-looked-at", "fails-on-empty-database", "cross-database-not-checked"};

std::string with_detail(const std::string& text, const std::string& detail) {
  const std::string first = detail.substr(0, detail.find('\n'));
  if (first.empty()) {
    return as_sentence(text);
  }
  const bool sentence = std::isupper(static_cast<unsigned char>(first.front())) != 0;
  return as_sentence(sentence ? as_sentence(text) + " " + first : text + ": " + first);
}

}  // namespace

std::string scope_text(const RunRecord& record) {
  std::vector<std::string> parts;
  if (record.scope.only) {
    parts.push_back(join(record.scope.services, ", ") + " only");
  }
  if (!record.scope.what_if.empty()) {
    parts.push_back("what-if: " + record.scope.what_if);
  }
  return join(parts, "; ");
}

std::string verdict_words(const RunRecord& record) {
  const std::string scope = scope_text(record);
  return to_word(record.verdict) + (scope.empty() ? std::string() : " (" + scope + ")");
}

std::vector<std::string> told_beside(const RunRecord& record) {
  std::vector<std::string> lines;
  if (!record.scope.what_if.empty()) {
    lines.push_back("This is a what-if, not production as it is: " + as_sentence(record.scope.what_if));
  }
  if (record.scope.only) {
    lines.push_back("For " + join(record.scope.services, ", ") +
                    " only, because of [services] only: nothing is said about the rest of the snapshot.");
  }
  for (const GateRecord& gate : record.gates) {
    if (gate.id == GateId::coverage && gate.result != GateResult::passed && record.verdict != Verdict::inconclusive) {
      lines.push_back(with_detail("Not covered", gate.detail));
    }
  }
  for (const SkippedSchema& one : record.scope.skipped) {
    lines.push_back(with_detail(one.schema + " is skipped", one.why));
  }
  if (!record.probes.empty()) {
    lines.emplace_back(
        "Old and new code was asked for what its models read and write; requests to its API, and what agents and "
        "computes ask over the message bus, are not shown.");
  }
  for (const std::string_view code : kBeside) {
    for (const Finding& finding : record.findings) {
      if (finding.code == code) {
        lines.push_back(with_detail(finding.title.empty() ? finding.code : finding.title, finding.detail));
      }
    }
  }
  for (const GateRecord& gate : record.gates) {
    if (!gate.mandatory && gate.result == GateResult::not_run) {
      const std::string of = gate.service.empty() ? "" : " of " + gate.service;
      lines.push_back(
          with_detail(fmt::format("Gate {}{} did not run; it is not mandatory", to_word(gate.id), of), gate.detail));
    }
  }
  return lines;
}

}  // namespace rehearsal
