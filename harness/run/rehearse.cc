#include "harness/run/rehearse.h"

#include <iterator>
#include <set>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/diagnosis/server_state.h"
#include "harness/engines/machine.h"
#include "harness/probes/probe_judge.h"
#include "harness/run/assertions.h"
#include "harness/run/chain_proof.h"
#include "harness/run/consistency.h"
#include "harness/run/end_consistency.h"
#include "harness/run/gates.h"
#include "harness/run/golden.h"
#include "harness/run/invariants.h"
#include "harness/run/lanes.h"
#include "harness/run/physical_backup.h"
#include "harness/run/plan_record.h"
#include "harness/run/program.h"
#include "harness/run/provenance.h"
#include "harness/run/rolling_gates.h"
#include "harness/server/runners.h"
#include "harness/server/workplace.h"
#include "harness/step/step_judge.h"
#include "harness/twin/drift_stage.h"
#include "reports/mask/shorten.h"
#include "reports/one_cause.h"
#include "reports/verdict.h"
#include "reports/waivers.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

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

// What the snapshot's databases say of each other. That this cannot be told is no reason not to rehearse.
Result<void> compare_databases(const Workplace& place, const PlannedRun& planned, const Golden& golden,
                               RunRecord& record) {
  const auto findings = audit_golden(place, golden, planned.snapshot);
  if (findings) {
    record.findings.insert(record.findings.end(), findings->begin(), findings->end());
    return {};
  }
  if (findings.error().kind == ErrorKind::interrupted) {
    return fail(findings.error());
  }
  place.talk.warn("the databases were not compared: " + to_text(findings.error()));
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
  ends.place.talk.warn("the ends of the path were not compared: " + to_text(findings.error()));
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

void take(LaneOutcome&& outcome, const Lane& lane, std::optional<Downtime> downtime, Rehearsal& rehearsal) {
  RunRecord& record = rehearsal.record;
  JudgedProbes probes = judge_probes(lane, outcome.probes, downtime);
  std::move(probes.records.begin(), probes.records.end(), std::back_inserter(record.probes));
  std::move(probes.findings.begin(), probes.findings.end(), std::back_inserter(outcome.findings));
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
    finding.title = "the harness could not continue: " + outcome.broken.substr(0, outcome.broken.find('\n'));
    finding.detail = outcome.broken;
    record.findings.push_back(std::move(finding));
  }
}

}  // namespace

Result<Rehearsal> rehearse(const RehearsalRequest& given, const RunDir& run, Talk& talk) {
  const Stopwatch watch;
  Rehearsal rehearsal;
  RunRecord& record = rehearsal.record;
  record.run = run.id();
  const RunRequest& asked = given.asked;
  record.started = asked.sessions.empty() ? utc_now() : asked.sessions.front();
  if (given.resume()) {
    record.resumed.assign(asked.sessions.begin() + 1, asked.sessions.end());
  }
  record.state_dir = run.path().string();

  BackupDumps backups(given.engine, given.engine_options, given.state, run, talk);
  REHEARSAL_TRY_SET(const std::vector<DumpInput> inputs, backups.replace(inputs_of(given.scenario), given.scenario));
  REHEARSAL_TRY_SET(PlannedRun planned, plan_scenario(given.catalogue, given.scenario, inputs, talk));
  const Catalogue catalogue = with_chains(given.catalogue, planned.plan.coverage.claims);
  RehearsalRequest request = given;
  request.catalogue = catalogue;
  for (const std::string& step : {asked.wish.from_step, asked.wish.kill_drill.value_or("")}) {
    if (!step.empty()) {
      REHEARSAL_TRY(find_step(planned.plan.lanes, step));
    }
  }
  record_plan(given.catalogue, given.scenario, planned, record);

  REHEARSAL_TRY_SET(const Workplace place, open_workplace({.run = run,
                                                           .talk = talk,
                                                           .catalogue = request.catalogue,
                                                           .scenario = request.scenario,
                                                           .state = request.state,
                                                           .engine = request.engine,
                                                           .engine_options = request.engine_options},
                                                          planned.snapshot.index));
  record.engine = place.engine->name();
  record.tool_version = program_version();
  record.clone_method = to_word(place.store->method());
  record.parity = place.settings.parity;
  REHEARSAL_TRY_SET(const Runners runners, prepare_runners(*place.engine, request.state, request.catalogue,
                                                           request.scenario, planned.plan, talk));
  Runners codes;
  if (asked.wish.probes) {
    REHEARSAL_TRY_SET(codes, prepare_codes(*place.engine, request.state, request.catalogue, request.scenario,
                                           planned.plan, runners, talk));
  }
  record.provenance = provenance_of(request.catalogue, asked.scenario_text, *place.engine, images_of(runners));
  prove_chains(request.catalogue, runners, planned, record);
  record.findings.insert(record.findings.end(), place.settings.findings.begin(), place.settings.findings.end());
  REHEARSAL_TRY_SET(const Golden golden, ensure_golden(place, planned.snapshot, asked.wish.proof));
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
    REHEARSAL_TRY(compare_databases(place, planned, golden, record));
    const int jobs = lanes_side_by_side(request.jobs, planned.plan.lanes.size());
    RunCheckpoints kept = {.golden_key = golden.key,
                           .root_password = golden.root_password,
                           .engine = place.engine->kind(),
                           .image = request.engine_options.server_image,
                           .server_options = place.settings.step_options,
                           .memory_bytes = place.settings.memory_bytes};
    const MarkedLanes wanted = marked_lanes(planned.plan, runners, place.settings);
    REHEARSAL_TRY_SET(const LaneStarts starts,
                      begin_lanes(place, {request.resume(), asked.wish.from_step}, wanted, kept, record));
    CheckpointLog checkpoints(run.path(), std::move(kept));
    const std::vector<AssertionPlace> places =
        place_assertions(request.scenario.assertions, planned.plan.lanes,
                         {planned.snapshot.facts.schemas.begin(), planned.snapshot.facts.schemas.end()});
    const EndContext ends = {.place = place, .golden = golden, .snapshot = planned.snapshot, .plan = planned.plan};
    std::vector<LaneOutcome> outcomes;
    std::vector<Finding> drift = {drift_not_looked_at("", "The run was asked to leave it out: --no-twin.")};
    {
      TwinStore twins({place, planned.plan.path, planned.snapshot.index});
      outcomes = run_lanes(ends, {.starts = starts.lanes,
                                  .marks = wanted.marks,
                                  .questions = questions_of(request, planned.plan, places),
                                  .runners = runners,
                                  .codes = codes,
                                  .checkpoints = checkpoints,
                                  .twins = asked.wish.twin ? &twins : nullptr,
                                  .jobs = jobs,
                                  .kill_drill = asked.wish.kill_drill});
      if (asked.wish.twin) {
        drift = look_for_drift(twins, request.catalogue, planned.plan, outcomes, jobs);
      }
    }
    compare_answers(request, planned.plan, places, outcomes, record);
    REHEARSAL_TRY(compare_ends(ends, record));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      take(std::move(outcomes[i]), planned.plan.lanes[i], request.scenario.downtime, rehearsal);
    }
    record.findings.insert(record.findings.end(), std::make_move_iterator(drift.begin()),
                           std::make_move_iterator(drift.end()));
    rehearsal.look_at = checkpoints.last_failed();
    // Lanes that failed keep their clones in it; otherwise it is empty and goes.
    std::error_code not_empty;
    os::remove(place.folder(), not_empty);
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
  name_as_in_production(record, place.settings.collations);
  take_versions(record);
  for (const Waiver& waiver : request.scenario.waivers) {
    record.waivers.push_back({.finding = waiver.finding,
                              .table = waiver.table,
                              .reason = waiver.reason,
                              .bug = waiver.bug,
                              .until = waiver.until,
                              .state = ""});
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
  add_rolling_gates(record, planned.plan, request.catalogue, request.scenario.downtime, asked.wish.probes);
  record.seconds = watch.seconds();
  record.finished = utc_now();
  judge(record);
  return rehearsal;
}

}  // namespace rehearsal
