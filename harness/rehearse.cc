#include "harness/rehearse.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <set>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "harness/audit/assertions.h"
#include "harness/audit/consistency.h"
#include "harness/audit/end_consistency.h"
#include "harness/audit/invariants.h"
#include "harness/chain_proof.h"
#include "harness/diagnosis/server_state.h"
#include "harness/gates.h"
#include "harness/golden.h"
#include "harness/lane.h"
#include "harness/lane_starts.h"
#include "harness/machine.h"
#include "harness/physical_backup.h"
#include "harness/program.h"
#include "harness/provenance.h"
#include "harness/runners.h"
#include "harness/server_settings.h"
#include "harness/step_judge.h"
#include "harness/twin/drift_stage.h"
#include "harness/twin/seeds.h"
#include "reports/one_cause.h"
#include "reports/shorten.h"
#include "reports/verdict.h"
#include "reports/waivers.h"
#include "scenarios/scenario_check.h"
#include "snapshots/store.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

Severity severity_of(const std::string& word) {
  return word == "blocker" ? Severity::blocker : word == "warning" ? Severity::warning : Severity::info;
}

Finding finding_of(const PlanFinding& from) {
  Finding finding;
  finding.code = from.code;
  finding.severity = severity_of(from.severity);
  finding.service = from.service;
  finding.title = from.title;
  finding.detail = from.detail;
  finding.table = from.table;
  return finding;
}

std::string joined_candidates(const ServiceState& state) {
  return state.candidates.empty() ? "unknown" : join(state.candidates, " or ");
}

std::vector<ServiceRecord> services_of(const RehearsalRequest& request, const PlannedRun& planned) {
  std::vector<ServiceRecord> records;
  const std::vector<ServiceState> states = detect(request.catalogue, request.scenario, planned.snapshot.facts);
  for (const Lane& lane : planned.plan.lanes) {
    ServiceRecord record;
    record.name = lane.service;
    record.runner = to_word(request.scenario.service(lane.service).runner);
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
                       " at the most and are told from that part (--sample)");
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

// Chains that the scenario's packages should bring along and that they do not.
void prove_chains(const RehearsalRequest& request, const Runners& runners, PlannedRun& planned, RunRecord& record) {
  Coverage& coverage = planned.plan.coverage;
  for (const auto& [claim, why] : unproven_chains(coverage.claims, runners)) {
    NotCovered one = chain_not_covered(*request.catalogue.get().service(claim.service), planned.snapshot.facts,
                                       claim.schema, claim.table, why);
    record.findings.push_back(
        finding_of(PlanFinding{code_of(one), "warning", one.service, title_of(one), detail_of(one), one.name()}));
    coverage.not_covered.push_back(std::move(one));
  }
}

Finding variables_not_given() {
  Finding finding;
  finding.code = "variables-not-given";
  finding.title = "production's server variables are not known";
  finding.detail =
      "[server] variables names no file, so the rehearsal's server has only the settings that the dump tells.";
  return finding;
}

// The longest lane first would be best; the number of steps is what is known beforehand.
std::vector<std::size_t> longest_first(const std::vector<Lane>& lanes) {
  std::vector<std::size_t> order(lanes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lanes[a].steps.size() > lanes[b].steps.size(); });
  return order;
}

// A table as the lane's twin has it: as it is at the start of the path, or where a step first makes it.
ReferenceTable reference_of(TwinStore* twins, const Lane& lane) {
  return [twins, &lane](const std::string& schema, const std::string& table) -> std::vector<std::string> {
    const auto twin = twins == nullptr ? Result<const Twin*>(nullptr) : twins->get(lane);
    if (!twin || *twin == nullptr) {
      return {};
    }
    const std::string name = schema + "." + table;
    if (const auto found = (*twin)->start.tables.find(name); found != (*twin)->start.tables.end()) {
      return found->second.lines;
    }
    for (const TwinStep& step : (*twin)->steps) {
      if (const auto found = step.after.tables.find(name); found != step.after.tables.end()) {
        return found->second.lines;
      }
    }
    return {};
  };
}

// The code's own word for its version goes before the plan's.
void take_versions(RunRecord& record) {
  for (const StepRecord& step : record.steps) {
    for (ServiceRecord& service : record.services) {
      if (service.name == step.service && step.status != StepStatus::not_run && !step.version.empty()) {
        service.versions[step.release] = step.version;
      }
    }
  }
}

std::vector<std::string> images_of(const Runners& runners) {
  std::set<std::string> images;
  for (const auto& [service, of_releases] : runners) {
    for (const auto& [release, runner] : of_releases) {
      images.insert(runner.image);
    }
  }
  images.erase("");
  return {images.begin(), images.end()};
}

WantedLanes wanted_lanes(const Plan& plan, const Runners& runners, const ServerSettings& settings) {
  WantedLanes wanted{plan.lanes, {}};
  for (const Lane& lane : plan.lanes) {
    wanted.marks.push_back(fingerprints(lane, runners.at(lane.service), settings.step_options));
  }
  return wanted;
}

// What each lane is asked before its first step and after its last.
std::vector<LaneQuestions> questions_of(const RehearsalRequest& request, const Plan& plan,
                                        const std::vector<AssertionPlace>& places) {
  std::vector<LaneQuestions> questions;
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    questions.emplace_back(
        [&request, &lane = plan.lanes[i],
         own = assertion_questions(request.scenario.assertions, places, i)](Sql& sql) -> Result<std::vector<Question>> {
          REHEARSAL_TRY_SET(std::vector<Question> all,
                            invariant_questions(sql, request.catalogue.get().invariants,
                                                *request.catalogue.get().service(lane.service), lane));
          all.insert(all.end(), own.begin(), own.end());
          return all;
        });
  }
  return questions;
}

// Rows that the path's steps put into an empty database and that the lane lacks at its end.
Result<void> look_for_seeds(TwinStore* twins, const Lane& lane, Sql& sql, LaneOutcome& outcome) {
  const auto twin = twins == nullptr ? Result<const Twin*>(nullptr) : twins->get(lane);
  if (!twin || *twin == nullptr) {
    return {};  // without a twin nothing is known, which is told where the schemas are compared
  }
  for (const StepRecord& step : outcome.steps) {
    const TwinStep* reference = (*twin)->step(step.id);
    if (reference == nullptr || (step.status != StepStatus::passed && !step.passes_with_fix)) {
      continue;
    }
    const auto missing = find_missing_seeds(sql, step, reference->seeds);
    if (!missing && missing.error().kind == ErrorKind::interrupted) {
      return fail(missing.error());
    }
    if (missing) {
      outcome.findings.insert(outcome.findings.end(), missing->begin(), missing->end());
    } else {
      outcome.findings.push_back(drift_not_looked_at(
          lane.service, "internal error: the rows that " + step.id + " makes: " + to_text(missing.error())));
    }
  }
  return {};
}

std::vector<LaneOutcome> run_lanes(const RehearsalRequest& request, const PlannedRun& planned, Engine& engine,
                                   Store& store, const Golden& golden, const Runners& runners, const RunDir& run,
                                   const ServerSettings& settings, int jobs, Talk& talk, TwinStore* twins,
                                   CheckpointLog& checkpoints, const std::vector<std::vector<std::string>>& marks,
                                   const std::vector<LaneQuestions>& questions, const EndContext& ends,
                                   std::vector<LaneBeginning>& beginnings) {
  const std::vector<Lane>& lanes = planned.plan.lanes;
  const std::vector<std::size_t> order = longest_first(lanes);
  const auto counts = counts_of(planned.snapshot.index);
  std::vector<LaneOutcome> outcomes(lanes.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t at = next++; at < order.size(); at = next++) {
      const Lane& lane = lanes[order[at]];
      LaneBeginning& beginning = beginnings[order[at]];
      if (beginning.over) {
        talk.detail(lane.service + ": what came of it is known already");
        outcomes[order[at]] = std::move(*beginning.over);
        continue;
      }
      const LaneContext context{engine,
                                store,
                                run,
                                talk,
                                *request.catalogue.get().service(lane.service),
                                golden.data,
                                golden.root_password,
                                settings.step_options,
                                settings.memory_bytes,
                                counts,
                                runners.at(lane.service),
                                store.run_dir(run.id()) / lane.service,
                                reference_of(twins, lane),
                                request.scenario.keep_checkpoints,
                                &checkpoints,
                                jobs == 1,
                                beginning.start ? &*beginning.start : nullptr,
                                marks[order[at]],
                                questions[order[at]],
                                [&, leave = leave_tables(ends, lane)](Sql& sql, LaneOutcome& outcome) -> Result<void> {
                                  REHEARSAL_TRY(leave(sql));
                                  return look_for_seeds(twins, lane, sql, outcome);
                                }};
      outcomes[order[at]] = run_lane(lane, context);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < jobs; ++i) {
      threads.emplace_back(work);
    }
  }
  return outcomes;
}

struct Beginnings {
  std::vector<LaneBeginning> lanes;
  RunDir held;  // the run that they are taken from
};

// `kept` is what the run keeps: of a resumed one also what its earlier sitting left.
Result<Beginnings> begin_lanes(const RehearsalRequest& request, const RunDir& run, const WantedLanes& wanted,
                               RunCheckpoints& kept, Talk& talk, RunRecord& record) {
  if (request.resume) {
    auto before = read_checkpoints(run.path());
    const bool same = before && before->golden_key == kept.golden_key && before->root_password == kept.root_password;
    if (before && !same) {
      talk.say("The golden was made anew since; lanes that are not over begin again.");
    }
    std::vector<LaneBeginning> lanes = resumed_lanes(run.path(), same ? std::optional(*before) : std::nullopt, wanted);
    if (same) {
      kept.lanes = std::move(before->lanes);
    }
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      const std::string& service = wanted.lanes[i].service;
      talk.say(lanes[i].over    ? service + ": over already"
               : lanes[i].start ? service + ": goes on with " + lanes[i].start->memory.next
                                : service + ": begins at its first step");
    }
    return Beginnings{std::move(lanes), {}};
  }
  if (request.from_step.empty()) {
    return Beginnings{std::vector<LaneBeginning>(wanted.lanes.size()), {}};
  }
  REHEARSAL_TRY_SET(TakenLanes taken, lanes_from_step(request.state, run.id(), kept.golden_key, kept.root_password,
                                                      request.from_step, wanted));
  for (std::size_t i = 0; i < taken.lanes.size(); ++i) {
    const LaneBeginning& lane = taken.lanes[i];
    const std::string& service = wanted.lanes[i].service;
    if (lane.over) {
      record.adaptations.push_back(service + ": all steps taken over from run " + taken.run);
    } else if (lane.start) {
      record.adaptations.push_back(
          fmt::format("{}: the steps before {} taken over from run {}", service, taken.step, taken.run));
    }
  }
  talk.say(fmt::format("Begins with {}, on a checkpoint of run {}.", taken.step, taken.run));
  return Beginnings{std::move(taken.lanes), std::move(taken.held)};
}

// What the snapshot's databases say of each other. That this cannot be told is no reason not to rehearse.
Result<void> compare_databases(const RehearsalRequest& request, const PlannedRun& planned, Engine& engine, Store& store,
                               const Golden& golden, const ServerSettings& settings, const RunDir& run, Talk& talk,
                               RunRecord& record) {
  const auto findings =
      audit_golden(engine, store, golden, planned.snapshot, request.catalogue, request.scenario, settings, run, talk);
  if (findings) {
    record.findings.insert(record.findings.end(), findings->begin(), findings->end());
    return {};
  }
  if (findings.error().kind == ErrorKind::interrupted) {
    return fail(findings.error());
  }
  talk.warn("the databases were not compared: " + to_text(findings.error()));
  Finding finding;
  finding.code = "cross-database-not-checked";
  finding.title = "the databases were not compared with each other";
  finding.detail = to_text(findings.error());
  record.findings.push_back(std::move(finding));
  return {};
}

// What the ends of the lanes say of each other. That this cannot be told is no reason to lose the run.
Result<void> compare_ends(const EndContext& ends, RunRecord& record) {
  const auto findings = audit_ends(ends, replace_all(record.started, "T", " "));
  if (findings) {
    record.findings.insert(record.findings.end(), findings->begin(), findings->end());
    return {};
  }
  if (findings.error().kind == ErrorKind::interrupted) {
    return fail(findings.error());
  }
  ends.talk.warn("the ends of the path were not compared: " + to_text(findings.error()));
  Finding finding;
  finding.code = "cross-database-not-checked";
  finding.title = "the databases were not compared with each other at the end of the path";
  finding.detail = to_text(findings.error());
  record.findings.push_back(std::move(finding));
  return {};
}

// What must be the same before the path and after it.
void compare_answers(const RehearsalRequest& request, const Plan& plan, const std::vector<AssertionPlace>& places,
                     const std::vector<LaneOutcome>& outcomes, RunRecord& record) {
  const auto add = [&](const std::vector<Finding>& findings) {
    record.findings.insert(record.findings.end(), findings.begin(), findings.end());
  };
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    add(invariant_findings(request.catalogue.get().invariants, *request.catalogue.get().service(plan.lanes[i].service),
                           plan.lanes[i], outcomes[i]));
  }
  add(assertion_findings(request.scenario.assertions, places, plan.lanes, outcomes));
}

void take(LaneOutcome&& outcome, const Lane& lane, Rehearsal& rehearsal) {
  RunRecord& record = rehearsal.record;
  for (StepRecord& step : outcome.steps) {
    record.steps.push_back(std::move(step));
  }
  for (Finding& finding : outcome.findings) {
    record.findings.push_back(std::move(finding));
  }
  record.adaptations.insert(record.adaptations.end(), outcome.adaptations.begin(), outcome.adaptations.end());
  rehearsal.interrupted = rehearsal.interrupted || outcome.interrupted;
  if (!outcome.broken.empty() && !outcome.interrupted) {
    rehearsal.broken_off = true;
    Finding finding;
    finding.code = "lane-broken";
    finding.severity = Severity::warning;
    finding.service = lane.service;
    finding.title = "the harness could not go on: " + outcome.broken.substr(0, outcome.broken.find('\n'));
    finding.detail = outcome.broken;
    record.findings.push_back(std::move(finding));
  }
}

}  // namespace

int lanes_side_by_side(int wanted, std::size_t lanes) {
  const int processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int jobs = wanted > 0 ? wanted : std::min(processors, 4);
  return std::min(jobs, static_cast<int>(std::max<std::size_t>(lanes, 1)));
}

Result<PlannedRun> plan_scenario(const Catalogue& catalogue, const Scenario& scenario,
                                 const std::vector<DumpInput>& inputs, Talk& talk) {
  PlannedRun planned;
  REHEARSAL_TRY_SET(planned.snapshot, scan_snapshot(inputs, catalogue, talk, scenario.map_collations));
  REHEARSAL_TRY(require_usable(planned.snapshot.index, scenario.accept_dump_errors));
  REHEARSAL_TRY(require_one_source(planned.snapshot.index));
  auto plan = make_plan(catalogue, scenario, planned.snapshot.facts);
  if (!plan) {
    return fail(in_file(plan.error(), scenario));
  }
  planned.plan = std::move(*plan);
  return planned;
}

Result<Rehearsal> rehearse(const RehearsalRequest& asked, const RunDir& run, Talk& talk) {
  const Stopwatch watch;
  Rehearsal rehearsal;
  RunRecord& record = rehearsal.record;
  record.run = run.id();
  record.started = asked.sittings.empty() ? utc_now() : asked.sittings.front();
  if (asked.sittings.size() > 1) {
    record.resumed.assign(asked.sittings.begin() + 1, asked.sittings.end());
  }
  record.state_dir = run.path().string();

  BackupDumps backups(asked.engine, asked.engine_options, asked.state, run, talk);
  REHEARSAL_TRY_SET(const std::vector<DumpInput> inputs, backups.replace(inputs_of(asked.scenario), asked.scenario));
  REHEARSAL_TRY_SET(PlannedRun planned, plan_scenario(asked.catalogue, asked.scenario, inputs, talk));
  const Catalogue catalogue = with_chains(asked.catalogue, planned.plan.coverage.claims);
  RehearsalRequest request = asked;
  request.catalogue = catalogue;
  if (!request.from_step.empty()) {
    REHEARSAL_TRY(find_step(planned.plan.lanes, request.from_step));
  }
  const DumpIndex& index = planned.snapshot.index;
  record.from = planned.plan.path.from;
  record.to = planned.plan.path.to;
  for (const Hop& hop : planned.plan.path.hops) {
    record.hops.emplace_back(hop.from, hop.to);
  }
  record.dumps = dump_records_of(index);
  record.snapshot_key = index.content_key();
  record.window_seconds = request.scenario.window_seconds;
  record.services = services_of(asked, planned);
  record.scope = scope_of(request.scenario, planned.plan);
  count_snapshot(planned, record);
  record.findings = findings_of(index);
  if (request.scenario.variables.empty()) {
    record.findings.push_back(variables_not_given());
  }
  for (const PlanFinding& finding : planned.plan.findings) {
    record.findings.push_back(finding_of(finding));
  }

  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(request.engine, request.engine_options));
  record.engine = engine->name();
  record.tool_version = program_version();
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(const Runners runners,
                    prepare_runners(*engine, request.state, request.catalogue, request.scenario, planned.plan, talk));
  record.provenance = provenance_of(request.catalogue, request.scenario_text, *engine, images_of(runners));
  prove_chains(request, runners, planned, record);
  REHEARSAL_TRY_SET(const ServerSettings settings,
                    server_settings(request.scenario, index, *engine, request.catalogue.get().folder));
  record.parity = settings.parity;
  record.findings.insert(record.findings.end(), settings.findings.begin(), settings.findings.end());
  map_more_collations(planned.snapshot.index, settings.collations);
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open(request.state, "auto", index.bytes(),
                                                                    [&](const std::string& text) { talk.say(text); }));
  record.clone_method = store->method();
  REHEARSAL_TRY_SET(const Golden golden,
                    ensure_golden(*engine, *store, planned.snapshot, settings, run, talk, request.proof));
  record.server_version = golden.server_version;
  record.restored = golden.restored;
  record.verified = golden.verified;
  record.restore_seconds = golden.seconds;
  for (const std::string& line : golden.adaptations) {
    record.adaptations.push_back(planned.snapshot.pseudonyms.hide_accounts(line));
  }
  for (const Finding& finding : golden.findings) {
    record.findings.push_back(finding);
  }

  if (golden.verified) {
    REHEARSAL_TRY(compare_databases(request, planned, *engine, *store, golden, settings, run, talk, record));
    const int jobs = lanes_side_by_side(request.jobs, planned.plan.lanes.size());
    RunCheckpoints kept = {golden.key,
                           golden.root_password,
                           engine->name(),
                           request.engine_options.server_image,
                           settings.step_options,
                           settings.memory_bytes};
    const WantedLanes wanted = wanted_lanes(planned.plan, runners, settings);
    REHEARSAL_TRY_SET(Beginnings beginnings, begin_lanes(request, run, wanted, kept, talk, record));
    CheckpointLog checkpoints(run.path(), std::move(kept));
    const std::vector<AssertionPlace> places =
        place_assertions(request.scenario.assertions, planned.plan.lanes,
                         {planned.snapshot.facts.schemas.begin(), planned.snapshot.facts.schemas.end()});
    const EndContext ends = {*engine,          *store,   golden, planned.snapshot, request.catalogue,
                             request.scenario, settings, run,    planned.plan,     talk};
    std::vector<LaneOutcome> outcomes;
    std::vector<Finding> drift = {drift_not_looked_at("", "The run was asked to leave it out: --no-twin.")};
    {
      TwinStore twins({*engine, *store, run, talk, request.catalogue, request.scenario, planned.plan.path, index,
                       request.state, settings.step_options, settings.memory_bytes});
      outcomes = run_lanes(request, planned, *engine, *store, golden, runners, run, settings, jobs, talk,
                           request.twin ? &twins : nullptr, checkpoints, wanted.marks,
                           questions_of(request, planned.plan, places), ends, beginnings.lanes);
      if (request.twin) {
        drift = look_for_drift(twins, request.catalogue, planned.plan, outcomes, jobs);
      }
    }
    compare_answers(request, planned.plan, places, outcomes, record);
    REHEARSAL_TRY(compare_ends(ends, record));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      take(std::move(outcomes[i]), planned.plan.lanes[i], rehearsal);
    }
    record.findings.insert(record.findings.end(), std::make_move_iterator(drift.begin()),
                           std::make_move_iterator(drift.end()));
    rehearsal.look_at = checkpoints.last_failed();
    // Lanes that failed keep their clones in it; otherwise it is empty and goes.
    std::error_code not_empty;
    fs::remove(store->run_dir(run.id()), not_empty);
  } else {
    for (const Lane& lane : planned.plan.lanes) {
      for (const PlanStep& step : lane.steps) {
        StepRecord not_run = record_of(step);
        not_run.reason = "the restore was not proven";
        record.steps.push_back(std::move(not_run));
      }
    }
  }

  for (Finding& finding : record.findings) {
    hide_account(finding, planned.snapshot.pseudonyms);
  }
  add_window_finding(record);
  name_as_in_production(record, settings.collations);
  take_versions(record);
  for (const Waiver& waiver : request.scenario.waivers) {
    record.waivers.push_back({waiver.finding, waiver.table, waiver.reason, waiver.bug, waiver.until, "", 0});
  }
  apply_waivers(record, utc_now().substr(0, std::string("2027-01-31").size()));
  record.findings = one_per_cause(std::move(record.findings));
  shorten(record);
  GateFacts facts;
  facts.illegal_hop = illegal_in(request.catalogue.get().releases, planned.plan.path);
  tell_dumps(record.dumps, facts);
  facts.restore_proven = golden.verified;
  facts.restore_detail = golden.proof;
  facts.machine = to_text(this_machine());
  set_gates(record, planned.plan, facts);
  add_assertion_gate(record, request.scenario.assertions);
  record.seconds = watch.seconds();
  record.finished = utc_now();
  judge(record);
  return rehearsal;
}

}  // namespace rehearsal
