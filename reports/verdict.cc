#include "reports/verdict.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/one_cause.h"
#include "reports/waivers.h"

namespace rehearsal {
namespace {

constexpr std::size_t kMaxReasons = 5;

std::string gate_text(const GateRecord& gate) {
  std::string text = std::string("gate ") + to_word(gate.id);
  if (!gate.service.empty()) {
    text += " of " + gate.service;
  }
  return text;
}

std::string with_gate_detail(const std::string& text, const std::string& detail) {
  return detail.empty() ? text : text + ": " + detail;
}

using Reasons = std::vector<Reason>;

Reason of_gate(const std::string& text, GateId gate) {
  return {as_sentence(text), std::nullopt, gate};
}

bool is_told(const RunRecord& record, const StepRecord& step) {
  return std::any_of(record.findings.begin(), record.findings.end(), [&](const Finding& finding) {
    return finding.severity == Severity::blocker && tells_of(finding, step.id);
  });
}

// A gate that failed counts as its worst finding, one without a finding as a blocker.
Severity counts_as(const RunRecord& record, const GateRecord& gate) {
  const bool known = std::any_of(gate.findings.begin(), gate.findings.end(),
                                 [&](std::size_t index) { return index < record.findings.size(); });
  Severity worst = known ? Severity::info : Severity::blocker;
  for (const std::size_t index : gate.findings) {
    if (index < record.findings.size()) {
      worst = std::min(worst, record.findings[index].severity);
    }
  }
  return worst;
}

// Not the work of the upgrade itself: what such a step failed for can be lived with where its owner says so.
bool can_be_lived_with(const StepRecord& step) {
  return is_beside(step.phase) || is_online(step.phase);
}

bool service_has_blocker(const RunRecord& record, const std::string& service) {
  return std::any_of(record.findings.begin(), record.findings.end(), [&](const Finding& finding) {
    return finding.severity == Severity::blocker && (service.empty() || finding.service == service);
  });
}

// Gates whose failure is judged by rules of its own: what was not restored or not covered proves nothing, good or bad.
bool is_about_proof(const GateRecord& gate) {
  return gate.id == GateId::restore_proven || gate.id == GateId::coverage;
}

Reasons unproven_restore(const RunRecord& record) {
  Reasons reasons;
  for (const GateRecord& gate : record.gates) {
    if (gate.id == GateId::restore_proven && gate.result == GateResult::failed) {
      reasons.push_back(
          of_gate(with_gate_detail("The restored data is not proven to be what the dump holds", gate.detail), gate.id));
    }
  }
  if (!record.verified && reasons.empty()) {
    reasons.push_back(
        of_gate("The restored data is not proven to be what the dump holds, so nothing that ran on it counts.",
                GateId::restore_proven));
  }
  return reasons;
}

Reasons findings_as(const RunRecord& record, Severity severity) {
  Reasons reasons;
  for (std::size_t i = 0; i < record.findings.size(); ++i) {
    if (record.findings[i].severity == severity) {
      reasons.push_back({finding_sentence(record.findings[i]), i, {}});
    }
  }
  return reasons;
}

// Failures that are as good as a blocker: the findings themselves, then failures that no finding tells of.
Reasons blockers(const RunRecord& record) {
  Reasons reasons = findings_as(record, Severity::blocker);
  bool untold_step = false;
  for (const StepRecord& step : record.steps) {
    if (step.status == StepStatus::failed && !is_told(record, step) && !is_waived(record, step)) {
      untold_step = true;
      reasons.push_back(
          of_gate(with_gate_detail(fmt::format("Step {} failed and no finding says why", step.id), step.reason),
                  GateId::steps_passed));
    }
  }
  for (const GateRecord& gate : record.gates) {
    const bool told = service_has_blocker(record, gate.service) || (gate.id == GateId::steps_passed && untold_step);
    if (gate.result == GateResult::failed && !is_about_proof(gate) && !told &&
        counts_as(record, gate) == Severity::blocker) {
      const char* kind = gate.mandatory ? "Mandatory " : "The ";
      reasons.push_back(of_gate(
          with_gate_detail(fmt::format("{}{} failed, which counts as a blocker", kind, gate_text(gate)), gate.detail),
          gate.id));
    }
  }
  return reasons;
}

Reasons not_earned(const RunRecord& record) {
  Reasons reasons;
  if (record.gates.empty()) {
    reasons.push_back({"No gate was checked, so nothing is proven."});
  }
  const bool any_passed = std::any_of(record.steps.begin(), record.steps.end(),
                                      [](const StepRecord& step) { return step.status == StepStatus::passed; });
  if (!any_passed) {
    reasons.push_back(of_gate("No step ran to its end, so nothing was rehearsed.", GateId::steps_passed));
  }
  for (const GateRecord& gate : record.gates) {
    if (gate.id == GateId::coverage && gate.result == GateResult::failed) {
      reasons.push_back(of_gate(with_gate_detail("The snapshot is not covered", gate.detail), gate.id));
    } else if (gate.mandatory && gate.result == GateResult::not_run) {
      reasons.push_back(
          of_gate(with_gate_detail(fmt::format("Mandatory {} did not run", gate_text(gate)), gate.detail), gate.id));
    }
  }
  std::vector<GateId> missing;
  for (const GateMeaning& meaning : gate_meanings()) {
    const bool present = std::any_of(record.gates.begin(), record.gates.end(),
                                     [&](const GateRecord& gate) { return gate.id == meaning.id; });
    if (meaning.always && !present && !record.gates.empty()) {
      missing.push_back(meaning.id);
    }
  }
  if (!missing.empty()) {
    std::vector<std::string> words;
    std::transform(missing.begin(), missing.end(), std::back_inserter(words), [](GateId id) { return to_word(id); });
    reasons.push_back(
        of_gate(fmt::format("The record holds no result of {}, which must be known for a GO.", join(words, ", ")),
                missing.front()));
  }
  for (const StepRecord& step : record.steps) {
    if (!step.passes_with_fix && !can_be_lived_with(step) && is_waived(record, step)) {
      reasons.push_back(
          of_gate(fmt::format("Step {} failed and nothing made it pass; a waiver takes its finding down, not the step.",
                              step.id),
                  GateId::steps_passed));
    }
    if (step.status == StepStatus::not_run) {
      reasons.push_back(
          of_gate(with_gate_detail(fmt::format("Step {} did not run", step.id), step.reason), GateId::steps_passed));
    }
  }
  return reasons;
}

Reasons conditions(const RunRecord& record) {
  return findings_as(record, Severity::warning);
}

Reason all_well(const RunRecord& record) {
  std::uint64_t passed = 0;
  for (const StepRecord& step : record.steps) {
    passed += step.status == StepStatus::passed ? 1U : 0U;
  }
  const std::string path =
      record.from == record.to ? fmt::format("on {}", record.to) : fmt::format("from {} to {}", record.from, record.to);
  return {fmt::format("All gates passed: {} of {} {} ran to the end on {} of restored and proven data.",
                      plural(passed, "step"), plural(record.services.size(), "service"), path,
                      plural(record.rows, "row"))};
}

void keep_five(Reasons& reasons) {
  if (reasons.size() > kMaxReasons) {
    const std::size_t more = reasons.size() - (kMaxReasons - 1);
    reasons.resize(kMaxReasons - 1);
    reasons.push_back({fmt::format("And {} more; all of them are below.", more)});
  }
}

}  // namespace

const std::vector<GateMeaning>& gate_meanings() {
  static const std::vector<GateMeaning> kGates = {
      {
          .id = GateId::path_legal,
          .meaning = "every hop of the path is one that the services support",
          .failure = "the path holds a hop that is not supported",
      },
      {
          .id = GateId::dump_complete,
          .meaning = "the dump is whole",
          .failure = "the dump is cut short or partial",
      },
      {
          .id = GateId::restore_proven,
          .meaning = "the restored tables hold the rows that the dump holds",
          .failure = "restored tables differ from what the dump holds",
      },
      {
          .id = GateId::online_before_complete,
          .meaning = "the old release's online migrations have nothing left to do",
          .failure = "the old release's online migrations are not finished",
      },
      {
          .id = GateId::steps_passed,
          .meaning = "every step succeeded by the rules of its release",
          .failure = "a step failed",
      },
      {
          .id = GateId::online_complete,
          .meaning = "the new release's online migrations left nothing but the expected remainder",
          .failure = "rows remain that the new release's online migrations should have migrated",
      },
      {
          .id = GateId::rows_expected,
          .meaning = "no step deleted or rewrote rows that it should not have",
          .failure = "a step deleted or rewrote rows in an unexpected way",
      },
      {
          .id = GateId::contract_last,
          .meaning = "the schema was contracted only after every data migration before it",
          .failure = "a contract was left out or ran before the rest of its release",
          .always = false,
      },
      {
          .id = GateId::upgrade_checks,
          .meaning = "the services' own upgrade checks that could be judged passed",
          .failure = "an upgrade check of a service did not pass",
          .mandatory = false,
          .always = false,
      },
      {
          .id = GateId::coverage,
          .meaning = "every schema of the snapshot was rehearsed, is skipped with a reason, or belongs to no service",
          .failure = "a schema of the snapshot was neither rehearsed nor skipped with a reason",
      },
      {
          .id = GateId::every_service_rehearsed,
          .meaning = "every service whose data is in the snapshot was rehearsed",
          .failure = "a service whose data is in the snapshot was not rehearsed",
      },
      {
          .id = GateId::assertions,
          .meaning = "what the scenario asserts holds after the path as before it",
          .failure = "an assertion of the scenario does not hold after the path",
          .always = false,
      },
      {
          .id = GateId::old_code_lives,
          .meaning = "the code of the release that is left can read its data until its last node is new",
          .failure = "the code of the release that is left breaks while its nodes still run",
          .mandatory = false,
          .always = false,
      },
      {
          .id = GateId::new_code_lives,
          .meaning = "the code of the new release can read its data from its first node on",
          .failure = "the code of the new release breaks on the schema that its first nodes find",
          .mandatory = false,
          .always = false,
      },
      {
          .id = GateId::window,
          .meaning = "the work fits into the maintenance window",
          .failure = "the work does not fit into the maintenance window",
          .mandatory = false,
          .always = false,
      },
  };
  return kGates;
}

const GateMeaning& gate_meaning(GateId id) {
  return *std::find_if(gate_meanings().begin(), gate_meanings().end(),
                       [&](const GateMeaning& gate) { return gate.id == id; });
}

std::string finding_sentence(const Finding& finding) {
  std::string text;
  if (!finding.step.empty()) {
    text = finding.step;
  } else {
    text = finding.service;
    if (!finding.release.empty()) {
      text += (text.empty() ? "" : " ") + finding.release;
    }
  }
  if (!finding.revision.empty()) {
    text += (text.empty() ? "revision " : " at revision ") + finding.revision;
  }
  if (!text.empty()) {
    text += ": ";
  }
  text += finding.title.empty() ? finding.code : finding.title;
  std::vector<std::string> where;
  // What the title says already need not be said again.
  if (finding.row_count &&
      finding.title.find(human_count(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *finding.row_count))) +
                         " row") == std::string::npos) {
    where.push_back(plural(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *finding.row_count)), "row"));
  }
  if (!finding.table.empty() && !contains(finding.title, finding.table)) {
    where.push_back((where.empty() ? "table " : "in ") + finding.table);
  }
  if (!where.empty()) {
    while (!text.empty() && text.back() == '.') {
      text.pop_back();
    }
    text += " (" + join(where, " ") + ")";
  }
  return as_sentence(text);
}

void judge(RunRecord& record) {
  struct Rule {
    Verdict verdict;
    Reasons (*reasons)(const RunRecord&);
  };
  constexpr Rule kRules[] = {
      {Verdict::inconclusive, unproven_restore},
      {Verdict::no_go, blockers},
      {Verdict::inconclusive, not_earned},
      {Verdict::conditions, conditions},
  };
  for (const Rule& rule : kRules) {
    if (auto reasons = rule.reasons(record); !reasons.empty()) {
      record.verdict = rule.verdict;
      // A blocker on unproven data is still worth knowing, after the reason why it may not be real.
      if (rule.reasons == unproven_restore) {
        for (Reason& more : blockers(record)) {
          reasons.push_back(std::move(more));
        }
      }
      keep_five(reasons);
      record.reasons = std::move(reasons);
      return;
    }
  }
  record.verdict = Verdict::go;
  record.reasons = {all_well(record)};
}

}  // namespace rehearsal
