#include "reports/json.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>

#include "base/json_text.h"
#include "reports/scope.h"

namespace rehearsal {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <typename T, typename F>
Json list(const std::vector<T>& items, F&& tell) {
  Json out = Json::array();
  for (const T& item : items) {
    out.push_back(tell(item));
  }
  return out;
}

Json tell_table(const TableChange& t) {
  return {{"table", t.table},
          {"rows_before", maybe(t.rows_before)},
          {"rows_after", maybe(t.rows_after)},
          {"inserted", maybe(t.inserted)},
          {"updated", maybe(t.updated)},
          {"deleted", maybe(t.deleted)},
          {"columns", list(t.columns, [](const ColumnChange& c) {
             return Json{{"column", c.column}, {"kind", c.kind}, {"rows", c.rows}};
           })}};
}

Json tell_statement(const StatementRecord& s) {
  return {{"sql", s.sql},
          {"table", s.table},
          {"seconds", s.seconds},
          {"algorithm", s.algorithm},
          {"rows", s.rows},
          {"writers_waited", maybe(s.writers_waited)},
          {"readers_waited", maybe(s.readers_waited)}};
}

Json tell_schema(const SchemaChange& s) {
  return {{"object", s.object}, {"kind", s.kind}, {"details", s.details}};
}

Json tell_check(const CheckResult& c) {
  return {{"name", c.name}, {"result", c.result}, {"details", c.details}, {"judged", c.judged}, {"why", c.why}};
}

Json tell_migration(const OnlineMigration& m) {
  return {{"name", m.name},
          {"found", m.found},
          {"migrated", m.migrated},
          {"remaining", m.remaining},
          {"expected_remainder", m.expected_remainder},
          {"waiting", m.waiting},
          {"left_behind", m.left_behind}};
}

Json tell_step(const StepRecord& s) {
  return {{"id", s.id},
          {"service", s.service},
          {"release", s.release},
          {"phase", s.phase},
          {"part", s.part},
          {"version", s.version},
          {"status", to_word(s.status)},
          {"exit_status", maybe(s.exit_status)},
          {"seconds", s.seconds},
          {"command", s.command},
          {"tables", list(s.tables, tell_table)},
          {"timed_alone", s.timed_alone},
          {"taken_from", s.taken_from},
          {"invocations", s.invocations},
          {"schema", list(s.schema, tell_schema)},
          {"checks", list(s.checks, tell_check)},
          {"migrations", list(s.migrations, tell_migration)},
          {"statements", list(s.statements, tell_statement)},
          {"passes_with_fix", s.passes_with_fix},
          {"revisions", s.revisions},
          {"output_file", s.output_file},
          {"output_tail", s.output_tail},
          {"reason", s.reason}};
}

Json tell_finding(const Finding& f) {
  Json out = {{"code", f.code},
              {"severity", to_word(f.severity)},
              {"service", f.service},
              {"release", f.release},
              {"step", f.step},
              {"revision", f.revision},
              {"title", f.title},
              {"detail", f.detail},
              {"cause", f.cause},
              {"also", f.also},
              {"table", f.table},
              {"columns", f.columns},
              {"row_count", maybe(f.row_count)},
              {"rows", f.rows},
              {"soft_deleted", maybe(f.soft_deleted)},
              {"statement", f.statement},
              {"error", f.error},
              {"fix", nullptr},
              {"waived", nullptr}};
  if (f.fix) {
    out["fix"] = {{"sql", f.fix->sql},       {"with", f.fix->with},       {"tried", f.fix->tried},
                  {"passes", f.fix->passes}, {"seconds", f.fix->seconds}, {"decision", f.fix->decision}};
  }
  if (f.waived) {
    out["waived"] = {{"was", to_word(f.waived->was)},
                     {"reason", f.waived->reason},
                     {"bug", f.waived->bug},
                     {"until", f.waived->until}};
  }
  return out;
}

Json tell_gate(const GateRecord& g) {
  return {{"id", g.id},
          {"service", g.service},
          {"result", to_word(g.result)},
          {"detail", g.detail},
          {"mandatory", g.mandatory},
          {"after_blocker", g.after_blocker},
          {"findings", g.findings}};
}

// Of the finding and the gate only the one that is spoken of.
Json tell_reason(const Reason& r) {
  Json out = {{"text", r.text}};
  if (r.finding) {
    out["finding"] = *r.finding;
  }
  if (!r.gate.empty()) {
    out["gate"] = r.gate;
  }
  return out;
}

Json tell_scope(const Scope& s) {
  Json skipped = Json::array();
  for (const SkippedSchema& one : s.skipped) {
    skipped.push_back({{"schema", one.schema}, {"why", one.why}});
  }
  return {{"services", s.services}, {"only", s.only}, {"skipped", std::move(skipped)}, {"what_if", s.what_if}};
}

Json tell_waiver(const WaiverRecord& w) {
  return {{"finding", w.finding}, {"table", w.table}, {"reason", w.reason},    {"bug", w.bug},
          {"until", w.until},     {"state", w.state}, {"findings", w.findings}};
}

Json tell_dump(const DumpRecord& d) {
  return {{"file", d.file},
          {"producer", d.producer},
          {"server_version", d.server_version},
          {"completed_at", d.completed_at},
          {"completeness", d.completeness},
          {"bytes", d.bytes}};
}

Json tell_provenance(const Provenance& p) {
  return {{"catalogue", p.catalogue}, {"scenario", p.scenario},         {"host", p.host},
          {"cores", p.cores},         {"memory_bytes", p.memory_bytes}, {"engine_version", p.engine_version},
          {"images", p.images}};
}

Json tell_service(const ServiceRecord& s) {
  return {{"name", s.name}, {"release_found", s.release_found}, {"schemas", s.schemas},
          {"rows", s.rows}, {"versions", s.versions},           {"runner", s.runner}};
}

// Reading: a field that is missing or null keeps the value it has.
template <typename T>
void take(const Json& from, const char* name, T& value) {
  if (auto it = from.find(name); it != from.end() && !it->is_null()) {
    value = it->template get<T>();
  }
}

template <typename T>
void take(const Json& from, const char* name, std::optional<T>& value) {
  if (auto it = from.find(name); it != from.end() && !it->is_null()) {
    value = it->template get<T>();
  }
}

template <typename T, typename F>
void take_list(const Json& from, const char* name, std::vector<T>& items, F&& read) {
  if (auto it = from.find(name); it != from.end() && !it->is_null()) {
    if (!it->is_array()) {
      throw std::runtime_error(std::string("\"") + name + "\" is no list");
    }
    for (const Json& item : *it) {
      items.push_back(read(item));
    }
  }
}

template <typename E>
void take_word(const Json& from, const char* name, E& value, std::initializer_list<E> all) {
  std::string word;
  take(from, name, word);
  if (word.empty()) {
    return;
  }
  for (E one : all) {
    if (word == to_word(one)) {
      value = one;
      return;
    }
  }
  throw std::runtime_error(std::string("\"") + name + "\" holds the unknown word \"" + word + "\"");
}

TableChange read_table(const Json& j) {
  TableChange t;
  take(j, "table", t.table);
  take(j, "rows_before", t.rows_before);
  take(j, "rows_after", t.rows_after);
  take(j, "inserted", t.inserted);
  take(j, "updated", t.updated);
  take(j, "deleted", t.deleted);
  take_list(j, "columns", t.columns, [](const Json& c) {
    ColumnChange change;
    take(c, "column", change.column);
    take(c, "kind", change.kind);
    take(c, "rows", change.rows);
    return change;
  });
  return t;
}

StatementRecord read_statement(const Json& j) {
  StatementRecord s;
  take(j, "sql", s.sql);
  take(j, "table", s.table);
  take(j, "seconds", s.seconds);
  take(j, "algorithm", s.algorithm);
  take(j, "rows", s.rows);
  take(j, "writers_waited", s.writers_waited);
  take(j, "readers_waited", s.readers_waited);
  return s;
}

SchemaChange read_schema(const Json& j) {
  SchemaChange s;
  take(j, "object", s.object);
  take(j, "kind", s.kind);
  take(j, "details", s.details);
  return s;
}

CheckResult read_check(const Json& j) {
  CheckResult c;
  take(j, "name", c.name);
  take(j, "result", c.result);
  take(j, "details", c.details);
  take(j, "judged", c.judged);
  take(j, "why", c.why);
  return c;
}

OnlineMigration read_migration(const Json& j) {
  OnlineMigration m;
  take(j, "name", m.name);
  take(j, "found", m.found);
  take(j, "migrated", m.migrated);
  take(j, "remaining", m.remaining);
  take(j, "expected_remainder", m.expected_remainder);
  take(j, "waiting", m.waiting);
  take(j, "left_behind", m.left_behind);
  return m;
}

StepRecord read_step(const Json& j) {
  StepRecord s;
  take(j, "id", s.id);
  take(j, "service", s.service);
  take(j, "release", s.release);
  take(j, "phase", s.phase);
  take(j, "part", s.part);
  take(j, "version", s.version);
  take_word(j, "status", s.status, {StepStatus::passed, StepStatus::failed, StepStatus::skipped, StepStatus::not_run});
  take(j, "exit_status", s.exit_status);
  take(j, "seconds", s.seconds);
  take(j, "command", s.command);
  take_list(j, "tables", s.tables, read_table);
  take(j, "timed_alone", s.timed_alone);
  take(j, "taken_from", s.taken_from);
  take(j, "invocations", s.invocations);
  take_list(j, "schema", s.schema, read_schema);
  take_list(j, "checks", s.checks, read_check);
  take_list(j, "migrations", s.migrations, read_migration);
  take_list(j, "statements", s.statements, read_statement);
  take(j, "passes_with_fix", s.passes_with_fix);
  take(j, "revisions", s.revisions);
  take(j, "output_file", s.output_file);
  take(j, "output_tail", s.output_tail);
  take(j, "reason", s.reason);
  return s;
}

Finding read_finding(const Json& j) {
  Finding f;
  take(j, "code", f.code);
  take_word(j, "severity", f.severity, {Severity::blocker, Severity::warning, Severity::info});
  take(j, "service", f.service);
  take(j, "release", f.release);
  take(j, "step", f.step);
  take(j, "revision", f.revision);
  take(j, "title", f.title);
  take(j, "detail", f.detail);
  take(j, "cause", f.cause);
  take(j, "also", f.also);
  take(j, "table", f.table);
  take(j, "columns", f.columns);
  take(j, "row_count", f.row_count);
  take(j, "rows", f.rows);
  take(j, "soft_deleted", f.soft_deleted);
  take(j, "statement", f.statement);
  take(j, "error", f.error);
  if (auto it = j.find("fix"); it != j.end() && it->is_object()) {
    Fix fix;
    take(*it, "sql", fix.sql);
    take(*it, "with", fix.with);
    take(*it, "tried", fix.tried);
    take(*it, "passes", fix.passes);
    take(*it, "seconds", fix.seconds);
    take(*it, "decision", fix.decision);
    f.fix = std::move(fix);
  }
  if (auto it = j.find("waived"); it != j.end() && it->is_object()) {
    Waived waived;
    take_word(*it, "was", waived.was, {Severity::blocker, Severity::warning, Severity::info});
    take(*it, "reason", waived.reason);
    take(*it, "bug", waived.bug);
    take(*it, "until", waived.until);
    f.waived = std::move(waived);
  }
  return f;
}

GateRecord read_gate(const Json& j) {
  GateRecord g;
  take(j, "id", g.id);
  take(j, "service", g.service);
  take_word(j, "result", g.result, {GateResult::passed, GateResult::failed, GateResult::not_run});
  take(j, "detail", g.detail);
  take(j, "mandatory", g.mandatory);
  take(j, "after_blocker", g.after_blocker);
  take(j, "findings", g.findings);
  return g;
}

Reason read_reason(const Json& j) {
  Reason r;
  if (j.is_string()) {  // of a "/1" report
    r.text = j.get<std::string>();
    return r;
  }
  take(j, "text", r.text);
  take(j, "finding", r.finding);
  take(j, "gate", r.gate);
  return r;
}

Scope read_scope(const Json& j) {
  Scope s;
  take(j, "services", s.services);
  take(j, "only", s.only);
  take_list(j, "skipped", s.skipped, [](const Json& one) {
    SkippedSchema skipped;
    take(one, "schema", skipped.schema);
    take(one, "why", skipped.why);
    return skipped;
  });
  take(j, "what_if", s.what_if);
  return s;
}

WaiverRecord read_waiver(const Json& j) {
  WaiverRecord w;
  take(j, "finding", w.finding);
  take(j, "table", w.table);
  take(j, "reason", w.reason);
  take(j, "bug", w.bug);
  take(j, "until", w.until);
  take(j, "state", w.state);
  take(j, "findings", w.findings);
  return w;
}

DumpRecord read_dump(const Json& j) {
  DumpRecord d;
  take(j, "file", d.file);
  take(j, "producer", d.producer);
  take(j, "server_version", d.server_version);
  take(j, "completed_at", d.completed_at);
  take(j, "completeness", d.completeness);
  take(j, "bytes", d.bytes);
  return d;
}

ServiceRecord read_service(const Json& j) {
  ServiceRecord s;
  take(j, "name", s.name);
  take(j, "release_found", s.release_found);
  take(j, "schemas", s.schemas);
  take(j, "rows", s.rows);
  take(j, "versions", s.versions);
  take(j, "runner", s.runner);
  return s;
}

Provenance read_provenance(const Json& j) {
  Provenance p;
  take(j, "catalogue", p.catalogue);
  take(j, "scenario", p.scenario);
  take(j, "host", p.host);
  take(j, "cores", p.cores);
  take(j, "memory_bytes", p.memory_bytes);
  take(j, "engine_version", p.engine_version);
  take(j, "images", p.images);
  return p;
}

RunRecord read_record(const Json& j) {
  RunRecord r;
  take(j, "run", r.run);
  take_word(j, "verdict", r.verdict, {Verdict::go, Verdict::conditions, Verdict::no_go, Verdict::inconclusive});
  take_list(j, "reasons", r.reasons, read_reason);
  if (auto path = j.find("path"); path != j.end()) {
    take(*path, "from", r.from);
    take(*path, "to", r.to);
    take_list(*path, "hops", r.hops, [](const Json& hop) {
      std::pair<std::string, std::string> ends;
      take(hop, "from", ends.first);
      take(hop, "to", ends.second);
      return ends;
    });
  }
  if (auto snapshot = j.find("snapshot"); snapshot != j.end()) {
    take(*snapshot, "key", r.snapshot_key);
    take_list(*snapshot, "dumps", r.dumps, read_dump);
    take(*snapshot, "tables", r.tables);
    take(*snapshot, "rows", r.rows);
    take(*snapshot, "verified", r.verified);
    take(*snapshot, "adaptations", r.adaptations);
    take(*snapshot, "restored", r.restored);
    take(*snapshot, "restore_seconds", r.restore_seconds);
  }
  take_list(j, "steps", r.steps, read_step);
  take_list(j, "findings", r.findings, read_finding);
  take_list(j, "gates", r.gates, read_gate);
  take_list(j, "waivers", r.waivers, read_waiver);
  take_list(j, "services", r.services, read_service);
  if (auto scope = j.find("scope"); scope != j.end()) {
    r.scope = read_scope(*scope);
  } else {
    for (const ServiceRecord& service : r.services) {
      r.scope.services.push_back(service.name);
    }
    if (std::any_of(r.steps.begin(), r.steps.end(), [](const StepRecord& step) { return step.phase == "purge"; })) {
      r.scope.what_if = "the services' own purges ran before the first step (--purged)";
    }
  }
  take(j, "started", r.started);
  take(j, "resumed", r.resumed);
  take(j, "finished", r.finished);
  take(j, "seconds", r.seconds);
  take(j, "window_seconds", r.window_seconds);
  take(j, "engine", r.engine);
  take(j, "server_version", r.server_version);
  take(j, "clone_method", r.clone_method);
  take(j, "parity", r.parity);
  take(j, "state_dir", r.state_dir);
  take(j, "tool_version", r.tool_version);
  if (auto made = j.find("provenance"); made != j.end() && made->is_object()) {
    r.provenance = read_provenance(*made);
  }
  return r;
}

}  // namespace

nlohmann::ordered_json finding_json(const Finding& finding) {
  return tell_finding(finding);
}

Json step_json(const StepRecord& step) {
  return tell_step(step);
}

Finding finding_from(const Json& json) {
  return read_finding(json);
}

StepRecord step_from(const Json& json) {
  return read_step(json);
}

Json to_report_json(const RunRecord& r) {
  Json path = {{"from", r.from}, {"to", r.to}, {"hops", Json::array()}};
  for (const auto& [from, to] : r.hops) {
    path["hops"].push_back({{"from", from}, {"to", to}});
  }
  return {{"schema", kReportSchema},
          {"run", r.run},
          {"verdict", to_word(r.verdict)},
          {"reasons", list(r.reasons, tell_reason)},
          {"scope", tell_scope(r.scope)},
          {"beside", told_beside(r)},
          {"path", std::move(path)},
          {"snapshot",
           {{"key", r.snapshot_key},
            {"dumps", list(r.dumps, tell_dump)},
            {"tables", r.tables},
            {"rows", r.rows},
            {"verified", r.verified},
            {"adaptations", r.adaptations},
            {"restored", r.restored},
            {"restore_seconds", r.restore_seconds}}},
          {"steps", list(r.steps, tell_step)},
          {"findings", list(r.findings, tell_finding)},
          {"gates", list(r.gates, tell_gate)},
          {"waivers", list(r.waivers, tell_waiver)},
          {"services", list(r.services, tell_service)},
          {"started", r.started},
          {"resumed", r.resumed},
          {"finished", r.finished},
          {"seconds", r.seconds},
          {"window_seconds", maybe(r.window_seconds)},
          {"engine", r.engine},
          {"server_version", r.server_version},
          {"clone_method", r.clone_method},
          {"parity", r.parity},
          {"state_dir", r.state_dir},
          {"tool_version", r.tool_version},
          {"provenance", tell_provenance(r.provenance)}};
}

std::string report_json_text(const RunRecord& record) {
  return json_text(to_report_json(record), 2) + "\n";
}

Result<RunRecord> from_report_json(std::string_view text) {
  const std::string hint = "give the report.json that `rehearse run` wrote";
  try {
    const Json json = Json::parse(text);
    std::string schema;
    if (json.is_object()) {
      take(json, "schema", schema);
    }
    if (schema != kReportSchema && schema != kReportSchemaBefore) {
      return fail(ErrorKind::usage, "this is no report of schema " + std::string(kReportSchema), schema, hint);
    }
    return read_record(json);
  } catch (const std::exception& error) {
    return fail(ErrorKind::usage, std::string("the report cannot be read: ") + error.what(), {}, hint);
  }
}

}  // namespace rehearsal
