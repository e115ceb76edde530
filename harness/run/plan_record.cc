#include "harness/run/plan_record.h"

#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "harness/run/chain_proof.h"
#include "scenarios/detect.h"
#include "scenarios/plan_findings.h"

namespace rehearsal {

namespace {

Finding planned_finding(const PlanFinding& from) {
  Finding finding;
  finding.code = from.code;
  finding.severity = from.severity;
  finding.service = from.service;
  finding.title = from.title;
  finding.detail = from.detail;
  finding.table = from.table;
  return finding;
}

std::string joined_candidates(const ServiceState& state) {
  return state.candidates.empty() ? "unknown" : join(state.candidates, " or ");
}

std::vector<ServiceRecord> services_of(const Catalogue& catalogue, const Scenario& scenario,
                                       const PlannedRun& planned) {
  std::vector<ServiceRecord> records;
  const std::vector<ServiceState> states = detect(catalogue, scenario, planned.snapshot.facts);
  for (const Lane& lane : planned.plan.lanes) {
    ServiceRecord record;
    record.name = lane.service;
    record.runner = to_word(scenario.service(lane.service).runner);
    std::set<std::string> schemas;
    for (const auto& [role, schema] : lane.schemas) {
      schemas.insert(schema);
    }
    record.schemas.assign(schemas.begin(), schemas.end());
    for (const DumpTable& table : planned.snapshot.index.tables) {
      record.rows += schemas.contains(table.schema) ? table.rows : 0;
    }
    for (const PlanStep& step : lane.steps) {
      record.versions[step.release] = step.version;
    }
    for (const ServiceState& state : states) {
      if (state.service == lane.service) {
        record.release_found = joined_candidates(state);
      }
    }
    records.push_back(std::move(record));
  }
  return records;
}

Scope scope_of(const Scenario& scenario, const Plan& plan) {
  Scope scope;
  for (const Lane& lane : plan.lanes) {
    scope.services.push_back(lane.service);
  }
  scope.only = !scenario.only.empty();
  for (const auto& [schema, why] : plan.coverage.skipped) {
    scope.skipped.push_back({schema, why});
  }
  std::vector<std::string> what_ifs;
  if (scenario.purged) {
    what_ifs.emplace_back("the services' own purges ran before the first step (--purged)");
  }
  if (scenario.sample_seconds > 0) {
    what_ifs.push_back("online migrations ran for " + human_seconds(scenario.sample_seconds) +
                       " at most and are extrapolated from that part (--sample)");
  }
  scope.what_if = join(what_ifs, "; ");
  return scope;
}

// Of services that were chosen the rows are theirs alone.
void count_snapshot(const PlannedRun& planned, RunRecord& record) {
  const DumpIndex& index = planned.snapshot.index;
  record.tables = index.tables.size();
  record.rows = index.rows();
  if (!record.scope.only) {
    return;
  }
  std::set<std::string> schemas;
  for (const Lane& lane : planned.plan.lanes) {
    for (const auto& [role, schema] : lane.schemas) {
      schemas.insert(schema);
    }
  }
  record.tables = record.rows = 0;
  for (const DumpTable& table : index.tables) {
    if (schemas.contains(table.schema)) {
      ++record.tables;
      record.rows += table.rows;
    }
  }
}

Finding variables_not_given() {
  Finding finding;
  finding.code = "variables-not-given";
  finding.title = "production's server variables are not known";
  finding.detail =
      "[server] variables names no file, so the rehearsal's server has only the settings that the dump shows.";
  return finding;
}

}  // namespace

void record_plan(const Catalogue& catalogue, const Scenario& scenario, const PlannedRun& planned, RunRecord& record) {
  const DumpIndex& index = planned.snapshot.index;
  record.from = planned.plan.path.from;
  record.to = planned.plan.path.to;
  for (const Hop& hop : planned.plan.path.hops) {
    record.hops.emplace_back(hop.from, hop.to);
  }
  record.dumps = dump_records_of(index);
  record.snapshot_key = index.content_key();
  record.window_seconds = scenario.window_seconds;
  record.services = services_of(catalogue, scenario, planned);
  record.scope = scope_of(scenario, planned.plan);
  count_snapshot(planned, record);
  record.findings = findings_of(index, scenario.left_out);
  if (scenario.variables.empty()) {
    record.findings.push_back(variables_not_given());
  }
  for (const PlanFinding& finding : planned.plan.findings) {
    record.findings.push_back(planned_finding(finding));
  }
}

void prove_chains(const Catalogue& catalogue, const Runners& runners, PlannedRun& planned, RunRecord& record) {
  Coverage& coverage = planned.plan.coverage;
  for (const auto& [claim, why] : unproven_chains(coverage.claims, runners)) {
    NotCovered one =
        chain_not_covered(*catalogue.service(claim.service), planned.snapshot.facts, claim.schema, claim.table, why);
    record.findings.push_back(planned_finding(finding_of(one)));
    coverage.not_covered.push_back(std::move(one));
  }
}

void take_versions(RunRecord& record) {
  for (const StepRecord& step : record.steps) {
    for (ServiceRecord& service : record.services) {
      if (service.name == step.service && step.status != StepStatus::not_run && !step.version.empty()) {
        service.versions[step.release] = step.version;
      }
    }
  }
}

}  // namespace rehearsal
