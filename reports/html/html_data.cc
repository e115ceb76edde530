#include "reports/html/html_data.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/contains.h"
#include "base/text.h"
#include "reports/html/html_parts.h"
#include "reports/html/timeline.h"
#include "reports/scope.h"
#include "reports/telling.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

using page::Data;
using page::List;
using page::more;
using page::text;

// Where on the page the evidence of a reason is: its finding, step or gate.
std::string evidence_of(const RunRecord& record, const Reason& reason) {
  if (reason.finding && *reason.finding < record.findings.size()) {
    return fmt::format("finding-{}", *reason.finding + 1);
  }
  const bool known_gate = std::any_of(record.gates.begin(), record.gates.end(),
                                      [&](const GateRecord& gate) { return gate.id == reason.gate; });
  if (known_gate && reason.gate != GateId::steps_passed) {
    return "gate-" + anchor_of(to_word(*reason.gate));
  }
  const StepRecord* named = nullptr;
  for (const StepRecord& step : record.steps) {
    if (contains(reason.text, step.id) && (named == nullptr || named->id.size() < step.id.size())) {
      named = &step;
    }
  }
  if (named != nullptr) {
    return "step-" + anchor_of(named->id);
  }
  if (known_gate) {
    return "gate-" + anchor_of(to_word(*reason.gate));
  }
  return record.verdict == Verdict::go ? "gates" : record.findings.empty() ? "gates" : "findings";
}

void set_strip(Data& page, const RunRecord& record) {
  const std::string verdict = to_word(record.verdict);
  page.set("verdict", verdict);
  page.set("verdict_class", lower(verdict));
  page.set("verdict_mark", mark_of(record.verdict));
  page.set("sentence", verdict_sentence(record));
  page.set("path", path_text(record));
  page.set("path_hops", record.hops.size() > 1 ? Data(plural(record.hops.size(), "hop")) : Data(false));
  List reasons;
  for (const Reason& reason : record.reasons) {
    Data data;
    data.set("reason", clip_text(reason.text, 600));
    data.set("evidence", evidence_of(record, reason));
    reasons.push_back(std::move(data));
  }
  page.set("has_reasons", !reasons.empty());
  page.set("reasons", reasons);
  page.set("scope", scope_text(record));
  page.set("has_scope", !scope_text(record).empty());
  List beside;
  for (const std::string& line : told_beside(record)) {
    beside.push_back(Data(clip_text(line, 400)));
  }
  page.set("has_beside_verdict", !beside.empty());
  page.set("beside_verdict", beside);
  List chips;
  const auto chip = [&](const char* label, const std::string& value, const char* kind = "") {
    if (!value.empty()) {
      Data data;
      data.set("label", label);
      data.set("value", clip_text(value, 120));
      data.set("kind", kind);
      chips.push_back(std::move(data));
    }
  };
  const std::string taken = snapshot_time(record);
  chip("Snapshot of", taken.empty() ? "unknown time" : taken);
  chip("Rows", human_count(record.rows));
  if (record.verified) {
    chip("Restore", "✓ proven");
  } else {
    chip("Restore", "✗ not proven", "bad");
  }
  chip("Rehearsal took", human_seconds(record.seconds));
  if (record.window_seconds) {
    chip("Window", human_seconds(*record.window_seconds));
  }
  chip("Engine", record.engine);
  page.set("chips", chips);
}

void set_timeline(Data& page, const RunRecord& record, const PageLimits& limits) {
  const std::vector<LaneSum> lanes = lanes_of(record);
  const std::vector<std::string> drawings = timeline_svg(lanes);
  List rows;
  std::size_t drawn = 0;
  for (std::size_t i = 0; i < lanes.size() && i < limits.list; ++i) {
    const LaneSum& lane = lanes[i];
    drawn += lane.steps.size();
    Data row;
    row.set("service", lane.service);
    row.set("status", to_word(lane.status()));
    row.set("status_mark", mark_of(lane.status()));
    std::vector<std::string> parts = {fmt::format("{} passed", lane.passed)};
    for (const auto& [count, word] :
         {std::pair(lane.failed, "failed"), {lane.not_run, "not run"}, {lane.skipped, "skipped"}}) {
      if (count > 0) {
        parts.push_back(fmt::format("{} {}", count, word));
      }
    }
    row.set("lane_sum", join(parts, ", "));
    row.set("lane_time", human_seconds(lane.seconds));
    row.set("drawing", drawn <= limits.steps ? text(drawings[i]) : Data(false));
    rows.push_back(std::move(row));
  }
  page.set("more_lanes", more(lanes.size(), rows.size()));
  page.set("has_lanes", !rows.empty());
  page.set("lanes", rows);
  std::set<Phase> present;
  bool failed = false;
  bool idle = false;
  for (const StepRecord& step : record.steps) {
    switch (step.status) {
      case StepStatus::passed:
        present.insert(step.phase);
        break;
      case StepStatus::failed:
        failed = true;
        break;
      case StepStatus::skipped:
      case StepStatus::not_run:
        idle = true;
        break;
    }
  }
  List phases;
  for (const Phase phase : present) {
    phases.push_back(std::string(to_word(phase)));
  }
  page.set("phases", phases);
  page.set("any_failed", failed);
  page.set("any_idle", idle);
}

// The result of a gate over all services: the worst.
GateResult worst(const std::vector<const GateRecord*>& gates) {
  GateResult result = GateResult::passed;
  for (const GateRecord* gate : gates) {
    if (gate->result == GateResult::failed) {
      return GateResult::failed;
    }
    result = gate->result == GateResult::not_run ? GateResult::not_run : result;
  }
  return result;
}

// One row a gate: those that did not pass service by service, those that did together.
Data gate_row(const std::vector<const GateRecord*>& gates, const PageLimits& limits) {
  const GateRecord& first = *gates.front();
  const GateResult result = worst(gates);
  Data row;
  row.set("gate", to_word(first.id));
  row.set("gate_anchor", anchor_of(to_word(first.id)));
  row.set("result", spoken(result));
  row.set("result_class", to_word(result));
  row.set("result_mark", mark_of(result));
  row.set("meaning", gate_meaning(first.id).meaning);
  row.set("optional", !first.mandatory);
  List details;
  std::vector<std::string> passed;
  for (const GateRecord* gate : gates) {
    const bool well = gate->result == GateResult::passed;
    if (well && !gate->service.empty()) {
      passed.push_back(gate->service);
    } else if (!well || !gate->detail.empty()) {
      std::string line = well ? std::string() : std::string(mark_of(gate->result)) + " ";
      line += gate->service.empty() ? "" : gate->service + ": ";
      details.push_back(text(line + gate_meaning_text(*gate), limits.line));
    }
  }
  if (!passed.empty()) {
    details.push_back(text("✓ " + join(passed, ", "), limits.line));
  }
  row.set("details", details);
  return row;
}

void set_gates(Data& page, const RunRecord& record, const PageLimits& limits) {
  std::vector<std::vector<const GateRecord*>> groups;
  for (const GateRecord& gate : record.gates) {
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& known) { return known[0]->id == gate.id; });
    if (group == groups.end()) {
      groups.emplace_back();
      group = groups.end() - 1;
    }
    group->push_back(&gate);
  }
  List rows;
  std::size_t passed = 0;
  for (const auto& group : groups) {
    passed += worst(group) == GateResult::passed ? 1U : 0U;
    if (rows.size() < limits.list) {
      rows.push_back(gate_row(group, limits));
    }
  }
  page.set("gate_sum", fmt::format("{} of {} passed", passed, groups.size()));
  page.set("has_gates", !groups.empty());
  page.set("more_gates", more(groups.size(), rows.size()));
  page.set("gates", rows);
}

List clipped(const std::vector<std::string>& items, const PageLimits& limits) {
  List list;
  for (std::size_t i = 0; i < items.size() && i < limits.list; ++i) {
    list.push_back(clip_text(items[i], limits.line));
  }
  return list;
}

void set_limits(Data& page, const RunRecord& record, const PageLimits& limits) {
  page.set("has_adaptations", !record.adaptations.empty());
  page.set("adaptations", clipped(record.adaptations, limits));
  page.set("more_adaptations", more(record.adaptations.size(), std::min(record.adaptations.size(), limits.list)));
  page.set("has_parity", !record.parity.empty());
  page.set("parity", clipped(record.parity, limits));
  List checks;
  const std::vector<UnjudgedCheck> unjudged = unjudged_checks(record);
  for (std::size_t i = 0; i < unjudged.size() && i < limits.list; ++i) {
    Data data;
    data.set("check", clip_text(unjudged[i].name, limits.line));
    data.set("check_services", clip_text(join(unjudged[i].services, ", "), limits.line));
    data.set("check_detail", text(unjudged[i].details, limits.line));
    data.set("check_steps", clip_text(join(unjudged[i].steps, ", "), limits.line));
    checks.push_back(std::move(data));
  }
  page.set("has_unjudged", !checks.empty());
  page.set("more_unjudged", more(unjudged.size(), checks.size()));
  page.set("unjudged_checks", checks);
  page.set("not_rehearsed", text(join(services_without_steps(record), ", "), limits.text));
  std::size_t beside = 0;
  std::size_t ran = 0;
  for (const StepRecord& step : record.steps) {
    const bool did = step.status == StepStatus::passed || step.status == StepStatus::failed;
    ran += did ? 1U : 0U;
    beside += did && !step.timed_alone ? 1U : 0U;
  }
  page.set("beside_sum", beside > 0 ? Data(fmt::format("{} of {}", beside, plural(ran, "step"))) : Data(false));
}

void set_provenance(Data& page, const RunRecord& record, const PageLimits& limits) {
  List dumps;
  for (std::size_t i = 0; i < record.dumps.size() && i < limits.list; ++i) {
    const DumpRecord& dump = record.dumps[i];
    Data data;
    data.set("file", clip_text(dump.file, limits.line));
    data.set("bytes", human_bytes(dump.bytes));
    std::vector<std::string> parts;
    for (const std::string& part : {dump.producer, dump.server_version.empty() ? "" : "server " + dump.server_version,
                                    dump.completed_at, dump.completeness}) {
      if (!part.empty()) {
        parts.push_back(part);
      }
    }
    data.set("about", clip_text(join(parts, " · "), limits.line));
    dumps.push_back(std::move(data));
  }
  page.set("more_dumps", more(record.dumps.size(), dumps.size()));
  page.set("dumps", dumps);
  List services;
  for (const ServiceRecord& service : record.services) {
    if (services.size() >= limits.list) {
      break;
    }
    Data data;
    data.set("service", service.name);
    data.set("release_found", text(service.release_found, limits.line));
    data.set("schemas", clip_text(join(service.schemas, ", "), limits.line));
    data.set("service_rows", human_count(service.rows));
    std::vector<std::string> versions;
    for (const auto& [release, version] : service.versions) {
      versions.push_back(release + ": " + version);
    }
    data.set("versions", text(join(versions, ", "), limits.line));
    data.set("runner", text(service.runner));
    services.push_back(std::move(data));
  }
  page.set("has_services", !services.empty());
  page.set("services", services);
  page.set("run", record.run);
  page.set("started", text(record.started));
  page.set("resumed", text(join(record.resumed, ", "), limits.line));
  page.set("finished", text(record.finished));
  page.set("took", human_seconds(record.seconds));
  page.set("snapshot_key", text(record.snapshot_key));
  page.set("tables_rows", fmt::format("{}, {}", plural(record.tables, "table"), plural(record.rows, "row")));
  page.set("restore", record.restored ? "restored in " + human_seconds(record.restore_seconds)
                                      : std::string("a kept golden was used again"));
  page.set("server_version", text(record.server_version));
  page.set("engine", text(record.engine));
  page.set("clone_method", text(record.clone_method));
  page.set("tool_version", text(record.tool_version));
  std::vector<std::string> made;
  for (const auto& [what, value] : provenance_lines(record.provenance)) {
    made.push_back(what + " " + value);
  }
  page.set("made_with", text(join(made, " · "), 2000));
  page.set("state_dir", text(record.state_dir));
}

}  // namespace

Data page_data(const RunRecord& record, const PageLimits& limits) {
  Data data;
  set_strip(data, record);
  page::set_findings(data, record, limits);
  set_timeline(data, record, limits);
  set_gates(data, record, limits);
  page::set_data_changes(data, record, limits);
  page::set_schema_changes(data, record, limits);
  page::set_statements(data, record, limits);
  page::set_migrations(data, record, limits);
  page::set_probes(data, record, limits);
  page::set_drills(data, record, limits);
  page::set_steps(data, record, limits);
  set_limits(data, record, limits);
  set_provenance(data, record, limits);
  return data;
}

}  // namespace rehearsal
