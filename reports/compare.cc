#include "reports/compare.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "reports/scope.h"

namespace rehearsal {
namespace {

constexpr double kNotableShare = 0.2;
constexpr double kNotableSeconds = 2;

using FindingKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;

FindingKey key_of(const Finding& finding) {
  return {finding.code, finding.service, finding.step, finding.table, finding.revision};
}

void gravest_first(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
}

// Each finding pairs with one of the other run at most: the same code may be there several times.
void compare_findings(const RunRecord& before, const RunRecord& after, Comparison& comparison) {
  std::multimap<FindingKey, const Finding*> left;
  for (const Finding& finding : before.findings) {
    left.emplace(key_of(finding), &finding);
  }
  for (const Finding& finding : after.findings) {
    const auto pair = left.find(key_of(finding));
    if (pair == left.end()) {
      comparison.appeared.push_back(finding);
      continue;
    }
    const Finding& then = *pair->second;
    if (then.severity != finding.severity || then.row_count != finding.row_count) {
      comparison.changed.push_back({then, finding});
    } else {
      ++comparison.unchanged;
    }
    left.erase(pair);
  }
  for (const Finding& finding : before.findings) {
    const auto [first, last] = left.equal_range(key_of(finding));
    if (std::any_of(first, last, [&](const auto& entry) { return entry.second == &finding; })) {
      comparison.gone.push_back(finding);
    }
  }
  gravest_first(comparison.appeared);
  gravest_first(comparison.gone);
}

void compare_time(const StepRecord& before, const StepRecord& after, Comparison& comparison) {
  if (before.status != StepStatus::passed || after.status != StepStatus::passed) {
    return;
  }
  if (before.timed_alone != after.timed_alone) {
    comparison.not_timed_alike.push_back(after.id);
    return;
  }
  ++comparison.timed_alike;
  const double more = after.seconds - before.seconds;
  if (std::abs(more) <= kNotableSeconds || std::abs(more) <= before.seconds * kNotableShare) {
    return;
  }
  (more > 0 ? comparison.slower : comparison.faster).push_back({after.id, before.seconds, after.seconds});
}

void compare_steps(const RunRecord& before, const RunRecord& after, Comparison& comparison) {
  std::map<std::string, const StepRecord*> then;
  for (const StepRecord& step : before.steps) {
    then.emplace(step.id, &step);
  }
  for (const StepRecord& step : after.steps) {
    const auto found = then.find(step.id);
    if (found == then.end()) {
      comparison.steps.push_back({step.id, std::nullopt, step.status});
      continue;
    }
    if (found->second->status != step.status) {
      comparison.steps.push_back({step.id, found->second->status, step.status});
    }
    compare_time(*found->second, step, comparison);
    then.erase(found);
  }
  for (const StepRecord& step : before.steps) {
    if (then.contains(step.id)) {
      comparison.steps.push_back({step.id, step.status, std::nullopt});
    }
  }
  for (auto* timings : {&comparison.slower, &comparison.faster}) {
    std::stable_sort(timings->begin(), timings->end(), [](const StepTiming& a, const StepTiming& b) {
      return std::abs(a.after - a.before) > std::abs(b.after - b.before);
    });
  }
}

void compare_gates(const RunRecord& before, const RunRecord& after, Comparison& comparison) {
  std::map<std::pair<GateId, std::string>, const GateRecord*> then;
  for (const GateRecord& gate : before.gates) {
    then.emplace(std::pair(gate.id, gate.service), &gate);
  }
  for (const GateRecord& gate : after.gates) {
    const auto found = then.find({gate.id, gate.service});
    if (found == then.end()) {
      comparison.gates.push_back(
          {.gate = gate.id, .service = gate.service, .after = gate.result, .detail = gate.detail});
      continue;
    }
    if (found->second->result != gate.result) {
      comparison.gates.push_back({
          .gate = gate.id,
          .service = gate.service,
          .before = found->second->result,
          .after = gate.result,
          .detail = gate.detail,
      });
    }
    then.erase(found);
  }
  for (const GateRecord& gate : before.gates) {
    if (then.contains({gate.id, gate.service})) {
      comparison.gates.push_back({.gate = gate.id, .service = gate.service, .before = gate.result});
    }
  }
}

std::string path_of(const RunRecord& record) {
  std::vector<std::string> releases{record.from};
  for (const auto& [from, to] : record.hops) {
    releases.push_back(to);
  }
  return join(releases, " → ");
}

std::string services_of(const RunRecord& record) {
  std::set<std::string> names;
  for (const ServiceRecord& service : record.services) {
    names.insert(service.name);
  }
  return join({names.begin(), names.end()}, ", ");
}

std::string skipped_of(const RunRecord& record) {
  std::set<std::string> names;
  for (const SkippedSchema& one : record.scope.skipped) {
    names.insert(one.schema);
  }
  return names.empty() ? "nothing" : join({names.begin(), names.end()}, ", ");
}

std::map<std::string, std::string> versions_of(const RunRecord& record) {
  std::map<std::string, std::string> versions;
  for (const ServiceRecord& service : record.services) {
    for (const auto& [release, version] : service.versions) {
      versions[service.name + " of " + release] = version;
    }
  }
  return versions;
}

void compare_circumstances(const RunRecord& before, const RunRecord& after, Comparison& comparison) {
  const auto differs = [&](const std::string& what, const std::string& then, const std::string& now) {
    if (then != now) {
      comparison.notes.push_back(what + ": " + (then.empty() ? "unknown" : then) + " before, " +
                                 (now.empty() ? "unknown" : now) + " now");
    }
  };
  const auto scope = [](const RunRecord& record) {
    const std::string text = scope_text(record);
    return text.empty() ? std::string("the whole snapshot as it is") : text;
  };
  differs("scope", scope(before), scope(after));
  differs("skipped", skipped_of(before), skipped_of(after));
  differs("path", path_of(before), path_of(after));
  differs("services", services_of(before), services_of(after));
  differs("engine", before.engine, after.engine);
  differs("server", before.server_version, after.server_version);
  differs("clones", before.clone_method, after.clone_method);
  differs("rehearse", before.tool_version, after.tool_version);
  const auto made_before = provenance_lines(before.provenance);
  const std::map<std::string, std::string> made_then(made_before.begin(), made_before.end());
  const auto made_after = provenance_lines(after.provenance);
  const std::map<std::string, std::string> made_now(made_after.begin(), made_after.end());
  for (const auto& [what, value] : made_now) {
    const auto found = made_then.find(what);
    differs(what, found == made_then.end() ? "" : found->second, value);
  }
  for (const auto& [what, value] : made_then) {
    if (!made_now.contains(what)) {
      differs(what, value, "");
    }
  }
  const auto then = versions_of(before);
  for (const auto& [name, version] : versions_of(after)) {
    if (const auto found = then.find(name); found != then.end()) {
      differs(name, found->second, version);
    }
  }
}

}  // namespace

Comparison compare(const RunRecord& before, const RunRecord& after) {
  Comparison comparison;
  comparison.run_before = before.run;
  comparison.run_after = after.run;
  comparison.verdict_before = before.verdict;
  comparison.verdict_after = after.verdict;
  comparison.scope_before = scope_text(before);
  comparison.scope_after = scope_text(after);
  comparison.same_snapshot = !before.snapshot_key.empty() && before.snapshot_key == after.snapshot_key;
  comparison.rows_before = before.rows;
  comparison.rows_after = after.rows;
  compare_findings(before, after, comparison);
  compare_steps(before, after, comparison);
  compare_gates(before, after, comparison);
  compare_circumstances(before, after, comparison);
  return comparison;
}

}  // namespace rehearsal
