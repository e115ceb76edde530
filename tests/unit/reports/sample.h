// Run records that the report tests tell: a healthy run, and the same run with one failure shaped by data.
#pragma once

#include <string>

#include "reports/record.h"
#include "reports/verdict.h"

namespace rehearsal::sample {

inline StepRecord step(const std::string& service, const std::string& release, const std::string& phase,
                       StepStatus status, double seconds) {
  StepRecord step;
  step.id = service + ":" + release + ":" + phase;
  step.service = service;
  step.release = release;
  step.phase = from_word<Phase>(phase).value();
  step.version = "24.0.0";
  step.status = status;
  step.seconds = seconds;
  step.command = {service + "-manage", "db", phase};
  step.invocations = status == StepStatus::not_run ? 0 : 1;
  if (status == StepStatus::passed) {
    step.exit_status = 0;
  }
  return step;
}

// Two services from 2023.1 to 2024.1; everything passes.
inline RunRecord healthy() {
  RunRecord run;
  run.run = "20261123-081542-a1b2";
  run.started = "2026-11-23T08:15:42Z";
  run.finished = "2026-11-23T08:17:00Z";
  run.seconds = 78.4;
  run.from = "2023.1";
  run.to = "2024.1";
  run.hops = {{"2023.1", "2024.1"}};
  run.snapshot_key = "c0ffee0123456789";
  run.dumps = {
      {"prod.sql.zst", "mariadb-dump 10.19", "10.6.16-MariaDB", "2026-11-22T23:10:04Z", "complete", 48'211'000}};
  run.tables = 212;
  run.rows = 48'211;
  run.restored = true;
  run.verified = true;
  run.restore_seconds = 9.5;
  run.adaptations = {"3 DEFINER clauses dropped", "1 connection string in nova_api.cell_mappings rewritten"};
  run.engine = "docker";
  run.server_version = "10.11.18-MariaDB";
  run.clone_method = "reflink";
  run.parity = {"server 10.11.18 here, 10.6.16 in production"};
  run.services = {{"cinder", "2023.1", {"cinder"}, 20'000, {{"2024.1", "24.0.0"}}, "venv"},
                  {"glance", "2023.1", {"glance"}, 28'211, {{"2024.1", "28.0.1"}}, "venv"}};
  run.scope.services = {"cinder", "glance"};
  run.scope.skipped = {{"heat", "retired"}};
  run.steps = {step("glance", "2024.1", "expand", StepStatus::passed, 5.3),
               step("glance", "2024.1", "migrate", StepStatus::passed, 4.6),
               step("glance", "2024.1", "contract", StepStatus::passed, 3.9),
               step("cinder", "2023.1", "online-before", StepStatus::passed, 9.3),
               step("cinder", "2024.1", "sync", StepStatus::passed, 7.7)};
  run.steps[0].schema = {{"glance.cached_images", "created", {"+ column `id` bigint(20)", "+ key `ix_a` (`id`)"}}};
  run.steps[0].tables = {{"glance.cached_images", std::nullopt, 0, 0, 0, 0}};
  run.steps[3].migrations = {{"volume_use_quota_online_data_migration", 120, 120, 0, 0}};
  run.steps[3].invocations = 3;
  run.steps[4].checks = {{"Service User Token", "Warning", "needs the operator's configuration", false}};
  run.steps[4].revisions = {{"cinder", "9c74c1c6971f"}};
  run.steps[4].tables = {{"cinder.quota_classes", 6, 8, 2, 0, 0}};
  run.steps[4].statements = {
      {"ALTER TABLE quotas CONVERT TO CHARACTER SET utf8mb4", "cinder.quotas", 2.42, "COPY", 480'060, 2.39, 0.065},
      {"CREATE INDEX ix ON quotas (resource)", "cinder.quotas", 0.05, "NOCOPY", 0, 0.006, 0.005}};
  for (const GateMeaning& gate : gate_meanings()) {
    run.gates.push_back({gate.id, "", GateResult::passed, "", gate.mandatory, false});
  }
  run.window_seconds = 14'400;
  run.state_dir = "/var/lib/rehearsal";
  run.tool_version = "0.1.0";
  return run;
}

// The last step stops at rows that a NOT NULL does not fit.
inline RunRecord broken() {
  RunRecord run = healthy();
  StepRecord& failed = run.steps[4];
  failed.status = StepStatus::failed;
  failed.exit_status = 1;
  failed.output_tail =
      "Running upgrade b8660621f1b9 -> 9ab1b092a404, Make use_quota non nullable\n"
      "pymysql.err.DataError: (1265, \"Data truncated for column 'use_quota' at row 3\")";
  failed.reason = "exit status 1";
  run.steps.push_back(step("cinder", "2024.1", "online", StepStatus::not_run, 0));
  run.steps.back().reason = "cinder:2024.1:sync failed";
  Finding finding;
  finding.code = "null-in-not-null";
  finding.severity = Severity::blocker;
  finding.service = "cinder";
  finding.release = "2024.1";
  finding.step = "cinder:2024.1:sync";
  finding.revision = "9ab1b092a404";
  finding.title = "rows hold NULL in use_quota, which becomes NOT NULL";
  finding.table = "cinder.volumes";
  finding.columns = {"use_quota"};
  finding.row_count = 100;
  finding.rows = {{{"id", "0b5b7a2c-0000-4000-8000-000000000001"}}, {{"id", "0b5b7a2c-0000-4000-8000-000000000002"}}};
  finding.statement = "ALTER TABLE volumes MODIFY use_quota BOOL NOT NULL DEFAULT true";
  finding.error = "(1265, \"Data truncated for column 'use_quota' at row 3\")";
  Fix fix;
  fix.sql = "UPDATE cinder.volumes SET use_quota=1 WHERE use_quota IS NULL AND deleted=1;";
  fix.tried = true;
  fix.passes = true;
  fix.seconds = 4.1;
  finding.fix = fix;
  run.findings = {finding};
  for (GateRecord& gate : run.gates) {
    if (gate.id == GateId::steps_passed) {
      gate.result = GateResult::failed;
      gate.service = "cinder";
      gate.detail = "cinder:2024.1:sync ended with exit status 1";
    }
    if (gate.id == GateId::online_complete) {
      gate.result = GateResult::not_run;
      gate.after_blocker = true;
      gate.service = "cinder";
    }
  }
  judge(run);
  return run;
}

}  // namespace rehearsal::sample
