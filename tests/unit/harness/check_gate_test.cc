#include "harness/run/check_gate.h"

#include <gtest/gtest.h>

#include "harness/step/check_crash.h"

namespace rehearsal {
namespace {

StepRecord step(const std::string& id, const std::string& phase, StepStatus status, std::vector<CheckResult> checks) {
  StepRecord record;
  record.id = id;
  record.service = "vm";
  record.phase = from_word<Phase>(phase).value();
  record.status = status;
  record.checks = std::move(checks);
  return record;
}

Lane answering_vm() {
  Lane lane;
  lane.service = "vm";
  return lane;
}

TEST(UpgradeChecksGate, SaysWhatWasJudgedAndWhatNotAndWhy) {
  RunRecord record;
  record.steps = {step("vm:2025.1:check", "check", StepStatus::passed,
                       {{"Cells", "Success", "", true, ""},
                        {"Old computes", "Success", "", true, ""},
                        {"Other API", "Failure", "", false, "asks another service"}}),
                  step("vm:2026.1:check", "check", StepStatus::passed,
                       {{"Cells", "Success", "", true, ""}, {"Old computes", "Failure", "", false, "nothing runs"}})};
  const GateRecord gate = upgrade_checks_gate(record, answering_vm());
  EXPECT_EQ(gate.result, GateResult::passed);
  EXPECT_FALSE(gate.mandatory);
  EXPECT_EQ(gate.detail,
            "2 checks judged; not judged: Old computes on later hops (nothing runs); Other API (asks another service)");
}

TEST(UpgradeChecksGate, FailsForTheFindingsOfTheCheck) {
  RunRecord record;
  record.steps = {step("vm:2025.1:check", "check", StepStatus::failed, {{"Cells", "Failure", "", true, ""}})};
  record.findings.resize(2);
  record.findings[1].step = "vm:2025.1:check";
  const GateRecord gate = upgrade_checks_gate(record, answering_vm());
  EXPECT_EQ(gate.result, GateResult::failed);
  EXPECT_EQ(gate.findings, std::vector<std::size_t>{1});
}

TEST(UpgradeChecksGate, HasNotRunWhereNothingCouldBeJudged) {
  RunRecord record;
  record.steps = {step("vm:2025.1:check", "check", StepStatus::skipped, {})};
  record.steps[0].reason = "not judged: needs paths of a host";
  GateRecord gate = upgrade_checks_gate(record, answering_vm());
  EXPECT_EQ(gate.result, GateResult::not_run);
  EXPECT_NE(gate.detail.find("needs paths of a host"), std::string::npos);
  Lane lane = answering_vm();
  lane.steps.resize(1);
  lane.steps[0].id = "vm:2025.1:status";
  lane.steps[0].phase = Phase::status;
  gate = upgrade_checks_gate(RunRecord(), lane);
  EXPECT_EQ(gate.result, GateResult::not_run);
  EXPECT_NE(gate.detail.find("vm:2025.1:status (it did not run)"), std::string::npos);
}

TEST(CheckCrash, TheExceptionIsReadFromPlainAndLoggedTracebacks) {
  EXPECT_EQ(exception_in("all is well\n"), std::nullopt);
  EXPECT_EQ(exception_in("Error:\nTraceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\n"
                         "KeyError: 'id'\n\nbye\n"),
            "KeyError: 'id'");
  EXPECT_EQ(exception_in("2026-01-01 1 ERROR vm Traceback (most recent call last):\n"
                         "2026-01-01 1 ERROR vm   File \"x.py\", line 1, in f\n"
                         "2026-01-01 1 ERROR vm ValueError: no\n"),
            "ValueError: no");
  EXPECT_EQ(
      exception_in("Traceback (most recent call last):\n  File \"x.py\"\nA: 1\nTraceback (most recent call last):\n"
                   "  File \"y.py\"\nB: 2\n"),
      "B: 2");
}

TEST(CheckCrash, KnownDefectsAreOfTheirReleases) {
  Service service;
  service.known_crashes = {{"Not an executable object", {"2024.1"}, "bare text", "checks.py"}};
  EXPECT_NE(known_crash(service, "2024.1", "x Not an executable object: 'SHOW'"), nullptr);
  EXPECT_EQ(known_crash(service, "2025.1", "x Not an executable object: 'SHOW'"), nullptr);
  EXPECT_EQ(known_crash(service, "2024.1", "KeyError"), nullptr);
}

}  // namespace
}  // namespace rehearsal
