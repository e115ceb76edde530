#include "reports/json.h"

#include <algorithm>

#include "base/json_fields.h"
#include "base/json_text.h"
#include "reports/scope.h"

namespace rehearsal {

using Json = nlohmann::ordered_json;

template <typename V>
void fields(V& v, FieldsOf<V, ColumnChange>& r) {
  v("column", r.column);
  v("kind", r.kind);
  v("rows", r.rows);
}

template <typename V>
void fields(V& v, FieldsOf<V, TableChange>& r) {
  v("table", r.table);
  v("rows_before", r.rows_before);
  v("rows_after", r.rows_after);
  v("inserted", r.inserted);
  v("updated", r.updated);
  v("deleted", r.deleted);
  v("columns", r.columns);
}

template <typename V>
void fields(V& v, FieldsOf<V, StatementRecord>& r) {
  v("sql", r.sql);
  v("table", r.table);
  v("seconds", r.seconds);
  v("algorithm", r.algorithm);
  v("rows", r.rows);
  v("writers_waited", r.writers_waited);
  v("readers_waited", r.readers_waited);
}

template <typename V>
void fields(V& v, FieldsOf<V, SchemaChange>& r) {
  v("object", r.object);
  v("kind", r.kind);
  v("details", r.details);
}

template <typename V>
void fields(V& v, FieldsOf<V, CheckResult>& r) {
  v("name", r.name);
  v("result", r.result);
  v("details", r.details);
  v("judged", r.judged);
  v("why", r.why);
}

template <typename V>
void fields(V& v, FieldsOf<V, OnlineMigration>& r) {
  v("name", r.name);
  v("found", r.found);
  v("migrated", r.migrated);
  v("remaining", r.remaining);
  v("expected_remainder", r.expected_remainder);
  v("waiting", r.waiting);
  v("left_behind", r.left_behind);
}

template <typename V>
void fields(V& v, FieldsOf<V, TalkTime>& r) {
  v("seconds", r.seconds);
  v("statements", r.statements);
  v("schema_statements", r.schema_statements);
  v("longest_schema", r.longest_schema);
  v("longest_schema_seconds", r.longest_schema_seconds);
}

template <typename V>
void fields(V& v, FieldsOf<V, DrillRecord>& r) {
  v("killed", r.killed);
  v("fraction", r.fraction);
  v("in_longest_schema", r.in_longest_schema);
  v("until", r.until);
  v("end", r.end);
  v("words", r.words);
  v("table", r.table);
  v("row_count", r.row_count);
  v("rows", r.rows);
}

template <typename V>
void fields(V& v, FieldsOf<V, StepDrill>& r) {
  v("may_be_repeated", r.may_be_repeated);
  v("why_not", r.why_not);
  v("drills", r.drills);
}

template <typename V>
void fields(V& v, FieldsOf<V, StepRecord>& r) {
  v("id", r.id);
  v("service", r.service);
  v("release", r.release);
  v("phase", r.phase);
  v("part", r.part);
  v("version", r.version);
  v("status", r.status);
  v("exit_status", r.exit_status);
  v("seconds", r.seconds);
  v("command", r.command);
  v("tables", r.tables);
  v("timed_alone", r.timed_alone);
  v("taken_from", r.taken_from);
  v("invocations", r.invocations);
  v("schema", r.schema);
  v("checks", r.checks);
  v("migrations", r.migrations);
  v("statements", r.statements);
  v("talk", r.talk);
  v("drill", r.drill);
  v("passes_with_fix", r.passes_with_fix);
  v("revisions", r.revisions);
  v("output_file", r.output_file);
  v("output_tail", r.output_tail);
  v("reason", r.reason);
}

template <typename V>
void fields(V& v, FieldsOf<V, Fix>& r) {
  v("sql", r.sql);
  v("with", r.with);
  v("tried", r.tried);
  v("passes", r.passes);
  v("seconds", r.seconds);
  v("decision", r.decision);
}

template <typename V>
void fields(V& v, FieldsOf<V, Waived>& r) {
  v("was", r.was);
  v("reason", r.reason);
  v("bug", r.bug);
  v("until", r.until);
}

template <typename V>
void fields(V& v, FieldsOf<V, Finding>& r) {
  v("code", r.code);
  v("severity", r.severity);
  v("service", r.service);
  v("release", r.release);
  v("step", r.step);
  v("revision", r.revision);
  v("title", r.title);
  v("detail", r.detail);
  v("cause", r.cause);
  v("also", r.also);
  v("table", r.table);
  v("columns", r.columns);
  v("row_count", r.row_count);
  v("rows", r.rows);
  v("soft_deleted", r.soft_deleted);
  v("statement", r.statement);
  v("error", r.error);
  v("fix", r.fix);
  v("waived", r.waived);
}

template <typename V>
void fields(V& v, FieldsOf<V, ProbeRecord>& r) {
  v("service", r.service);
  v("moment", r.moment);
  v("code", r.code);
  v("role", r.role);
  v("must_live", r.must_live);
  v("after_failure", r.after_failure);
  v("asked", r.asked);
  v("failed", r.failed);
  v("left_out", r.left_out);
  v("longest_wait", r.longest_wait);
  v("seconds", r.seconds);
  v("loading_seconds", r.loading_seconds);
  v("not_asked", r.not_asked);
  v("leaves_out", r.leaves_out);
}

template <typename V>
void fields(V& v, FieldsOf<V, GateRecord>& r) {
  v("id", r.id);
  v("service", r.service);
  v("result", r.result);
  v("detail", r.detail);
  v("mandatory", r.mandatory);
  v("after_blocker", r.after_blocker);
  v("findings", r.findings);
}

template <typename V>
void fields(V& v, FieldsOf<V, SkippedSchema>& r) {
  v("schema", r.schema);
  v("why", r.why);
}

template <typename V>
void fields(V& v, FieldsOf<V, Scope>& r) {
  v("services", r.services);
  v("only", r.only);
  v("skipped", r.skipped);
  v("what_if", r.what_if);
}

template <typename V>
void fields(V& v, FieldsOf<V, WaiverRecord>& r) {
  v("finding", r.finding);
  v("table", r.table);
  v("reason", r.reason);
  v("bug", r.bug);
  v("until", r.until);
  v("state", r.state);
  v("findings", r.findings);
}

template <typename V>
void fields(V& v, FieldsOf<V, DumpRecord>& r) {
  v("file", r.file);
  v("producer", r.producer);
  v("server_version", r.server_version);
  v("completed_at", r.completed_at);
  v("completeness", r.completeness);
  v("bytes", r.bytes);
}

template <typename V>
void fields(V& v, FieldsOf<V, Provenance>& r) {
  v("catalogue", r.catalogue);
  v("scenario", r.scenario);
  v("host", r.host);
  v("cores", r.cores);
  v("memory_bytes", r.memory_bytes);
  v("engine_version", r.engine_version);
  v("images", r.images);
}

template <typename V>
void fields(V& v, FieldsOf<V, ServiceRecord>& r) {
  v("name", r.name);
  v("release_found", r.release_found);
  v("schemas", r.schemas);
  v("rows", r.rows);
  v("versions", r.versions);
  v("runner", r.runner);
}

// Of the finding and the gate only the one that is spoken of.
Json own_json(const Reason& r) {
  Json out = {{"text", r.text}};
  if (r.finding) {
    out["finding"] = *r.finding;
  }
  if (r.gate) {
    out["gate"] = to_word(*r.gate);
  }
  return out;
}

void read_own_json(const Json& j, Reason& r) {
  if (j.is_string()) {  // of a "/1" report
    r.text = j.get<std::string>();
    return;
  }
  FieldReader read(j);
  read("text", r.text);
  read("finding", r.finding);
  read("gate", r.gate);
}

template <typename V>
void fields(V& v, FieldsOf<V, RecordHop>& r) {
  v("from", r.from);
  v("to", r.to);
}

// What a report tells and does not read back stands between the two halves.
template <typename V>
void fields_before_scope(V& v, FieldsOf<V, RunRecord>& r) {
  v("run", r.run);
  v("verdict", r.verdict);
  v("reasons", r.reasons);
}

template <typename V>
void fields_after_scope(V& v, FieldsOf<V, RunRecord>& r) {
  v.group("path", [&](auto& path) {
    path("from", r.from);
    path("to", r.to);
    path("hops", r.hops);
  });
  v.group("snapshot", [&](auto& snapshot) {
    snapshot("key", r.snapshot_key);
    snapshot("dumps", r.dumps);
    snapshot("tables", r.tables);
    snapshot("rows", r.rows);
    snapshot("verified", r.verified);
    snapshot("adaptations", r.adaptations);
    snapshot("restored", r.restored);
    snapshot("restore_seconds", r.restore_seconds);
  });
  v("steps", r.steps);
  v("findings", r.findings);
  v("probes", r.probes);
  v("gates", r.gates);
  v("waivers", r.waivers);
  v("services", r.services);
  v("started", r.started);
  v("resumed", r.resumed);
  v("finished", r.finished);
  v("seconds", r.seconds);
  v("window_seconds", r.window_seconds);
  v("engine", r.engine);
  v("server_version", r.server_version);
  v("clone_method", r.clone_method);
  v("parity", r.parity);
  v("state_dir", r.state_dir);
  v("tool_version", r.tool_version);
  v("provenance", r.provenance);
}

namespace {

// A "/1" report has none.
Scope scope_of_services(const RunRecord& record) {
  Scope scope;
  for (const ServiceRecord& service : record.services) {
    scope.services.push_back(service.name);
  }
  const auto is_purge = [](const StepRecord& step) { return step.phase == Phase::purge; };
  if (std::any_of(record.steps.begin(), record.steps.end(), is_purge)) {
    scope.what_if = "the services' own purges ran before the first step (--purged)";
  }
  return scope;
}

RunRecord read_record(const Json& json) {
  RunRecord record;
  FieldReader read(json);
  fields_before_scope(read, record);
  fields_after_scope(read, record);
  read("scope", record.scope);
  if (!json.contains("scope")) {
    record.scope = scope_of_services(record);
  }
  return record;
}

}  // namespace

Json finding_json(const Finding& finding) {
  return json_of(finding);
}

Json step_json(const StepRecord& step) {
  return json_of(step);
}

Finding finding_from(const Json& json) {
  Finding finding;
  read_json(json, finding, "finding");
  return finding;
}

StepRecord step_from(const Json& json) {
  StepRecord step;
  read_json(json, step, "step");
  return step;
}

Json to_report_json(const RunRecord& record) {
  FieldWriter write;
  write("schema", kReportSchema);
  fields_before_scope(write, record);
  write("scope", record.scope);
  write("beside", told_beside(record));
  fields_after_scope(write, record);
  return write.take();
}

std::string report_json_text(const RunRecord& record) {
  return json_text(to_report_json(record), 2) + "\n";
}

Result<RunRecord> from_report_json(std::string_view text) {
  const std::string hint = "give the report.json that `rehearse run` wrote";
  try {
    const Json json = Json::parse(text);
    const std::string schema = json.is_object() ? json.value("schema", "") : "";
    if (schema != kReportSchema && schema != kReportSchemaBefore) {
      return fail(ErrorKind::usage, "this is not a report of schema " + std::string(kReportSchema), schema, hint);
    }
    return read_record(json);
  } catch (const std::exception& error) {
    return fail(ErrorKind::usage, std::string("the report cannot be read: ") + error.what(), {}, hint);
  }
}

}  // namespace rehearsal
