#include "harness/run/gates.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "reports/verdict.h"

namespace rehearsal {
namespace {

StepRecord step(const std::string& phase, StepStatus status) {
  StepRecord record;
  record.service = "compute";
  record.release = phase == "online-before" ? "2024.1" : "2025.1";
  record.phase = from_word<Phase>(phase).value();
  record.id = record.service + ":" + record.release + ":" + phase;
  record.status = status;
  record.seconds = 60;
  return record;
}

RunRecord run_of(const std::vector<std::pair<std::string, StepStatus>>& steps) {
  RunRecord record;
  record.verified = true;
  for (const auto& [phase, status] : steps) {
    record.steps.push_back(step(phase, status));
  }
  return record;
}

Plan plan_of() {
  Plan plan;
  plan.path = {"2024.1", "2025.1", {{"2024.1", "2025.1"}}};
  Lane lane;
  lane.service = "compute";
  plan.lanes = {lane};
  return plan;
}

const GateFacts kGood{{}, {}, {}, {}, true, "10 rows are there", "db-test (2 cores)"};
constexpr auto kPassed = StepStatus::passed;
constexpr auto kNotRun = StepStatus::not_run;

const GateRecord& gate(const RunRecord& record, GateId id) {
  const auto found = std::find_if(record.gates.begin(), record.gates.end(), [&](const auto& g) { return g.id == id; });
  EXPECT_NE(found, record.gates.end()) << to_word(id);
  return *found;
}

Verdict verdict_of(RunRecord record, const GateFacts& facts = kGood, const Plan& plan = plan_of()) {
  set_gates(record, plan, facts);
  judge(record);
  return record.verdict;
}

TEST(Gates, AWholeRunIsGo) {
  EXPECT_EQ(
      verdict_of(run_of({{"online-before", kPassed}, {"expand", kPassed}, {"online", kPassed}, {"contract", kPassed}})),
      Verdict::go);
}

TEST(Gates, ACheckThatCouldNotBeJudgedIsNoGate) {
  EXPECT_EQ(verdict_of(run_of({{"online-before", kPassed},
                               {"check", StepStatus::skipped},
                               {"sync", kPassed},
                               {"status", StepStatus::skipped}})),
            Verdict::go);
}

TEST(Gates, APurgeIsNoPartOfTheUpgradeNorOfItsWindow) {
  RunRecord record = run_of({{"purge", StepStatus::skipped}, {"online-before", kPassed}, {"sync", kPassed}});
  record.window_seconds = 130;
  record.steps[0].seconds = 100;
  EXPECT_EQ(verdict_of(record), Verdict::go);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::window).result, GateResult::passed);
}

TEST(Gates, WhatDidNotRunIsNeverGo) {
  EXPECT_EQ(verdict_of(run_of({{"online-before", kPassed}, {"sync", kNotRun}})), Verdict::inconclusive);
  EXPECT_EQ(verdict_of(run_of({{"online-before", kNotRun}})), Verdict::inconclusive);
}

TEST(Gates, AStepThatFailedIsNoGoAndExcusesWhatCouldNotFollow) {
  RunRecord record = run_of({{"online-before", kPassed}, {"sync", StepStatus::failed}, {"online", kNotRun}});
  Finding blocker;
  blocker.code = "duplicate-entry";
  blocker.severity = Severity::blocker;
  blocker.service = "compute";
  blocker.step = "compute:2025.1:sync";
  record.findings.push_back(blocker);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::steps_passed).result, GateResult::failed);
  EXPECT_EQ(gate(record, GateId::online_complete).result, GateResult::not_run);
  EXPECT_TRUE(gate(record, GateId::online_complete).after_blocker);
  EXPECT_EQ(verdict_of(record), Verdict::no_go);
}

TEST(Gates, AGateThatFailedNamesTheFindingsThatItFailedFor) {
  RunRecord record = run_of({{"online-before", kPassed}, {"sync", StepStatus::failed}, {"contract", kPassed}});
  Finding warning;
  warning.code = "rows-rewritten";
  warning.severity = Severity::warning;
  warning.service = "compute";
  warning.step = "compute:2024.1:online-before";
  Finding blocker = warning;
  blocker.code = "duplicate-entry";
  blocker.severity = Severity::blocker;
  blocker.step = "compute:2025.1:sync";
  record.findings = {warning, blocker};
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::steps_passed).findings, std::vector<std::size_t>{1});
  EXPECT_EQ(gate(record, GateId::rows_expected).findings, std::vector<std::size_t>{0});
  EXPECT_TRUE(gate(record, GateId::online_before_complete).findings.empty());
}

TEST(Gates, ARestoreThatIsNotProvenIsInconclusiveWhateverElse) {
  GateFacts facts = kGood;
  facts.restore_proven = false;
  RunRecord record = run_of({{"sync", kNotRun}});
  record.verified = false;
  EXPECT_EQ(verdict_of(record, facts), Verdict::inconclusive);
}

TEST(Gates, AServiceThatCouldNotBeRehearsedIsInconclusive) {
  Plan plan = plan_of();
  plan.not_rehearsed.emplace_back("storage", "no schema");
  EXPECT_EQ(verdict_of(run_of({{"sync", kPassed}}), kGood, plan), Verdict::inconclusive);
}

TEST(Gates, WhatThePlanDoesNotCoverIsInconclusiveAndABlockerElsewhereIsStillNoGo) {
  Plan plan = plan_of();
  plan.coverage.not_covered.push_back(
      {"orchestration", "", "", "schema orchestration", "it has a revision table", "", {}});
  RunRecord record = run_of({{"sync", kPassed}});
  Finding told;
  told.code = "schema-not-covered";
  told.severity = Severity::warning;
  told.table = "orchestration";
  record.findings = {told};
  set_gates(record, plan, kGood);
  EXPECT_EQ(gate(record, GateId::coverage).result, GateResult::failed);
  EXPECT_EQ(gate(record, GateId::coverage).detail, "orchestration");
  EXPECT_EQ(gate(record, GateId::coverage).findings, std::vector<std::size_t>{0});
  EXPECT_EQ(verdict_of(record, kGood, plan), Verdict::inconclusive);
  record = run_of({{"sync", StepStatus::failed}});
  EXPECT_EQ(verdict_of(record, kGood, plan), Verdict::no_go);
}

TEST(Gates, CoverageSaysWhatItLeavesOut) {
  Plan plan = plan_of();
  plan.coverage.skipped = {{"orchestration", "retired"}};
  plan.coverage.of_no_service = {"monitoring"};
  RunRecord record = run_of({{"sync", kPassed}});
  set_gates(record, plan, kGood);
  EXPECT_EQ(gate(record, GateId::coverage).result, GateResult::passed);
  EXPECT_EQ(gate(record, GateId::coverage).detail,
            "every schema of the services is rehearsed; 1 skipped; 1 schema of no service");
  EXPECT_EQ(verdict_of(record, kGood, plan), Verdict::go);
}

TEST(Gates, RowsThatWentUnexpectedlyAreACondition) {
  RunRecord record = run_of({{"sync", kPassed}});
  Finding warning;
  warning.code = "rows-deleted";
  warning.severity = Severity::warning;
  warning.service = "compute";
  warning.table = "compute.ranges";
  record.findings.push_back(warning);
  EXPECT_EQ(verdict_of(record), Verdict::conditions);
}

TEST(Gates, ARemainderBeyondTheExpectedFailsItsGate) {
  RunRecord record = run_of({{"online", kPassed}});
  record.steps[0].migrations = {{"fill_list", 9, 2, 7, 0}};
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::online_complete).result, GateResult::failed);
  record.steps[0].migrations = {{"marker", 1, 0, 1, 1}};
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::online_complete).result, GateResult::passed);
}

TEST(Gates, ContractBeforeTheRestFails) {
  RunRecord record = run_of({{"expand", StepStatus::failed}, {"contract", kPassed}});
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::contract_last).result, GateResult::failed);
}

TEST(Gates, TheWindowIsNoMandatoryGate) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.window_seconds = 30;
  add_window_finding(record);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::window).result, GateResult::failed);
  EXPECT_EQ(gate(record, GateId::window).findings, std::vector<std::size_t>{0});
  EXPECT_EQ(verdict_of(record), Verdict::conditions);
  record = run_of({{"sync", kPassed}});
  record.window_seconds = 300;
  add_window_finding(record);
  EXPECT_TRUE(record.findings.empty());
  EXPECT_EQ(verdict_of(record), Verdict::go);
}

Finding finding_of(const std::string& code, Severity severity, const std::string& step = {}) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  finding.service = "compute";
  finding.step = step;
  finding.table = "compute.ranges";
  return finding;
}

TEST(Gates, StepsPassedIsNotPassedBesideAFailedStepOfAnyPhase) {
  for (const char* phase : {"check", "status", "online", "online-before", "expand"}) {
    RunRecord record = run_of({{"sync", kPassed}, {phase, StepStatus::failed}});
    set_gates(record, plan_of(), kGood);
    EXPECT_EQ(gate(record, GateId::steps_passed).result, GateResult::failed) << phase;
    EXPECT_NE(gate(record, GateId::steps_passed).detail.find(record.steps[1].id), std::string::npos) << phase;
    EXPECT_EQ(verdict_of(record), Verdict::no_go) << phase;
  }
}

TEST(Gates, StepsPassedSaysHowManyChecksItCouldNotJudge) {
  RunRecord record = run_of({{"sync", kPassed}, {"status", StepStatus::skipped}});
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::steps_passed).result, GateResult::passed);
  EXPECT_EQ(gate(record, GateId::steps_passed).detail, "1 step passed; 1 check not judged");
}

TEST(Gates, AStepOfThePlanThatTheRecordLacksDidNotRun) {
  Plan plan = plan_of();
  for (const Phase phase : {Phase::online_before, Phase::expand, Phase::online, Phase::contract}) {
    PlanStep planned;
    planned.service = "compute";
    planned.phase = phase;
    planned.id = std::string("compute:2025.1:") + to_word(phase);
    plan.lanes[0].steps.push_back(planned);
  }
  RunRecord record = run_of({});
  set_gates(record, plan, kGood);
  for (const GateId id : {GateId::online_before_complete, GateId::steps_passed, GateId::online_complete,
                          GateId::rows_expected, GateId::every_service_rehearsed}) {
    EXPECT_EQ(gate(record, id).result, GateResult::not_run) << to_word(id) << ": " << gate(record, id).detail;
  }
}

TEST(Gates, RowsOfStepsThatDidNotRunAreNotAsExpected) {
  RunRecord record = run_of({{"expand", kPassed}, {"contract", kNotRun}});
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::rows_expected).result, GateResult::not_run);
}

TEST(Gates, RowsThatCouldNotBeComparedAreNotAsExpected) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.findings.push_back(finding_of("rows-not-compared", Severity::warning, record.steps[0].id));
  EXPECT_EQ(verdict_of(record), Verdict::inconclusive);
}

TEST(Gates, EveryKindOfUnexpectedChangeOfRowsFailsTheGate) {
  for (const char* code : {"rows-deleted", "rows-rewritten", "rows-inserted", "column-dropped", "rows-unlike-rule",
                           "transaction-left-prepared", "changed-by-check"}) {
    RunRecord record = run_of({{"sync", kPassed}});
    record.findings.push_back(finding_of(code, Severity::warning, record.steps[0].id));
    set_gates(record, plan_of(), kGood);
    EXPECT_EQ(gate(record, GateId::rows_expected).result, GateResult::failed) << code;
    record.findings[0].severity = Severity::info;
    set_gates(record, plan_of(), kGood);
    EXPECT_EQ(gate(record, GateId::rows_expected).result, GateResult::passed) << code;
  }
}

TEST(Gates, ADumpThatSaysNothingOfItsEndIsNotKnownToBeWhole) {
  GateFacts facts = kGood;
  facts.endless = {"cloud.sql"};
  RunRecord record = run_of({{"sync", kPassed}});
  set_gates(record, plan_of(), facts);
  EXPECT_EQ(gate(record, GateId::dump_complete).result, GateResult::not_run);
  record.findings.push_back(finding_of("dump-unprovable", Severity::warning));
  EXPECT_EQ(verdict_of(record, facts), Verdict::conditions);
}

TEST(Gates, ADumpOfTwoMomentsIsAConditionAndNoGate) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.findings.push_back(finding_of("skew", Severity::warning));
  EXPECT_EQ(verdict_of(record), Verdict::conditions);
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::dump_complete).result, GateResult::passed);
}

TEST(Gates, WhatDumpsSayOfThemselvesIsTold) {
  GateFacts facts = kGood;
  tell_dumps({{"whole.sql", "", "", "2026-11-23 8:02:11", "complete", 1},
              {"undated.sql", "", "", "", "complete", 1},
              {"compact.sql", "", "", "", "unprovable", 1},
              {"cut.sql", "", "", "2026-11-23 8:02:11", "truncated", 1}},
             facts);
  EXPECT_EQ(facts.cut_short, std::vector<std::string>{"cut.sql"});
  EXPECT_EQ(facts.endless, std::vector<std::string>{"compact.sql"});
  EXPECT_EQ(facts.undated, (std::vector<std::string>{"undated.sql", "compact.sql"}));
  RunRecord record = run_of({{"sync", kPassed}});
  facts.cut_short.clear();
  set_gates(record, plan_of(), facts);
  EXPECT_NE(gate(record, GateId::dump_complete).detail.find("cannot be determined for compact.sql"), std::string::npos);
  facts.endless.clear();
  set_gates(record, plan_of(), facts);
  EXPECT_EQ(gate(record, GateId::dump_complete).result, GateResult::passed);
  EXPECT_NE(gate(record, GateId::dump_complete).detail.find("cannot be determined for undated.sql"), std::string::npos);
}

TEST(Gates, ContractIsNoGateWhereNothingIsToBeSaidOfIt) {
  RunRecord record = run_of({{"expand", kPassed}, {"contract", kPassed}});
  set_gates(record, plan_of(), kGood);
  EXPECT_TRUE(std::none_of(record.gates.begin(), record.gates.end(),
                           [](const GateRecord& one) { return one.id == GateId::contract_last; }));
}

TEST(Gates, TheWindowCountsWhatNeedsItAndSaysHowItWasTimed) {
  RunRecord record = run_of({{"purge", StepStatus::skipped},
                             {"online-before", kPassed},
                             {"check", StepStatus::skipped},
                             {"sync", kPassed},
                             {"online", kPassed}});
  record.window_seconds = 60;
  set_gates(record, plan_of(), kGood);
  EXPECT_EQ(gate(record, GateId::window).result, GateResult::passed);
  EXPECT_NE(gate(record, GateId::window).detail.find("with nothing beside them on db-test (2 cores)"),
            std::string::npos);
  record.steps[3].timed_alone = false;
  set_gates(record, plan_of(), kGood);
  EXPECT_NE(gate(record, GateId::window).detail.find("ran beside them"), std::string::npos);
}

TEST(Gates, RowsThatCouldNotBeComparedAreNotExcusedByAWarning) {
  RunRecord record = run_of({{"sync", kPassed}});
  record.findings = {finding_of("rows-rewritten", Severity::warning, record.steps[0].id),
                     finding_of("rows-not-compared", Severity::warning, record.steps[0].id)};
  EXPECT_EQ(verdict_of(record), Verdict::inconclusive);
}

TEST(Gates, APathIsLegalHopByHop) {
  std::vector<Release> releases(5);
  const char* const names[] = {"2023.1", "2023.2", "2024.1", "2024.2", "2025.1"};
  for (std::size_t i = 0; i < releases.size(); ++i) {
    releases[i].name = names[i];
    releases[i].slurp = releases[i].name.ends_with(".1");
  }
  const auto told = [&](const Path& path) { return illegal_in(releases, path); };
  EXPECT_EQ(told({"2024.1", "2024.1", {}}), "");
  EXPECT_EQ(told({"2023.1", "2025.1", {{"2023.1", "2024.1"}, {"2024.1", "2025.1"}}}), "");
  EXPECT_EQ(told({"2023.1", "2023.2", {{"2023.1", "2023.2"}}}), "");
  EXPECT_NE(told({"2023.1", "2025.1", {{"2023.1", "2025.1"}}}), "");                        // two SLURPs at once
  EXPECT_NE(told({"2023.2", "2024.2", {{"2023.2", "2024.2"}}}), "");                        // over a SLURP
  EXPECT_NE(told({"2023.1", "2025.1", {{"2023.1", "2024.1"}, {"2024.2", "2025.1"}}}), "");  // a gap
  EXPECT_NE(told({"2023.1", "2025.1", {{"2023.1", "2024.1"}}}), "");                        // ends early
}

struct Failing {
  RunRecord record;
  GateFacts facts = kGood;
  Plan plan = plan_of();
};

// For each gate, a run in which it fails.
Failing failing(GateId id) {
  Failing run;
  run.record = run_of({{"online-before", kPassed}, {"expand", kPassed}, {"online", kPassed}, {"contract", kPassed}});
  if (id == GateId::path_legal) {
    run.facts.illegal_hop = "2024.1 to 2025.2 is no hop";
  } else if (id == GateId::dump_complete) {
    run.facts.cut_short = {"cloud.sql"};
  } else if (id == GateId::restore_proven) {
    run.facts.restore_proven = false;
  } else if (id == GateId::every_service_rehearsed) {
    run.plan.not_rehearsed.emplace_back("storage", "no schema");
  } else if (id == GateId::online_before_complete) {
    run.record.steps[0].migrations = {{"fill_list", 9, 2, 7, 0}};
  } else if (id == GateId::steps_passed) {
    run.record.steps[1].status = StepStatus::failed;
  } else if (id == GateId::online_complete) {
    run.record.steps[2].status = StepStatus::failed;
  } else if (id == GateId::rows_expected) {
    run.record.findings = {finding_of("rows-deleted", Severity::blocker, run.record.steps[1].id)};
  } else if (id == GateId::contract_last) {
    run.record.findings = {finding_of("upgrade-unfinished", Severity::warning)};
  } else if (id == GateId::upgrade_checks) {
    run.record = run_of({{"online-before", kPassed}, {"check", StepStatus::failed}, {"expand", kPassed}});
  } else if (id == GateId::window) {
    run.record.window_seconds = 1;
  }
  return run;
}

// Gates that are not set here are tested where they are.
const std::map<GateId, std::string> kElsewhere = {{GateId::assertions, "Assertions.TheirGateFailsForTheFinding"},
                                                  {GateId::old_code_lives, "RollingGates.FailForWhatBreaks"},
                                                  {GateId::new_code_lives, "RollingGates.FailForWhatBreaks"},
                                                  {GateId::coverage, "where the coverage of a snapshot is judged"}};

TEST(Gates, EachOfThemCanFailAndIsThenNoGo) {
  for (const GateMeaning& meaning : gate_meanings()) {
    SCOPED_TRACE(to_word(meaning.id));
    if (kElsewhere.contains(meaning.id)) {
      continue;
    }
    Failing run = failing(meaning.id);
    add_window_finding(run.record);
    set_gates(run.record, run.plan, run.facts);
    const auto found = std::find_if(run.record.gates.begin(), run.record.gates.end(),
                                    [&](const GateRecord& one) { return one.id == meaning.id; });
    ASSERT_NE(found, run.record.gates.end()) << "no test makes it fail";
    // What was not rehearsed at all proves nothing, so that this one is not run.
    EXPECT_EQ(found->result, found->id == GateId::every_service_rehearsed ? GateResult::not_run : GateResult::failed);
    judge(run.record);
    EXPECT_NE(run.record.verdict, Verdict::go);
  }
}

}  // namespace
}  // namespace rehearsal
