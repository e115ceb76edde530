// The rolling contract's gates: earned at every moment of the plan, and mandatory where the scenario asks for them.
#include "harness/run/rolling_gates.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

class RollingGates : public testing::Test {
 protected:
  RollingGates() {
    CodeRule rule;
    rule.old_until = Phase::contract;
    rule.new_from = Phase::expand;
    Service blue;
    blue.name = "blue";
    blue.codes = {rule};
    catalogue_.services = {blue};
    Lane lane;
    lane.service = "blue";
    lane.hops = {{"1", "2"}};
    for (const Phase phase : {Phase::expand, Phase::contract}) {
      PlanStep step;
      step.id = std::string("blue:2:") + to_word(phase);
      step.release = "2";
      step.phase = phase;
      lane.steps.push_back(step);
    }
    plan_.lanes = {lane};
    ask("start", "1", "old");
    ask("2:expand", "1", "old");
    ask("2:expand", "2", "new");
    ask("2:contract", "2", "new");
  }

  void ask(const std::string& moment, const std::string& code, const std::string& role) {
    ProbeRecord probe;
    probe.service = "blue";
    probe.moment = moment;
    probe.code = code;
    probe.role = role;
    probe.asked = 41;
    record_.probes.push_back(probe);
  }

  GateRecord gate(GateId id, std::optional<Downtime> downtime = {}) {
    record_.gates.clear();
    add_rolling_gates(record_, plan_, catalogue_, downtime, asked_);
    const auto found =
        std::find_if(record_.gates.begin(), record_.gates.end(), [&](const GateRecord& one) { return one.id == id; });
    return found == record_.gates.end() ? GateRecord() : *found;
  }

  Catalogue catalogue_;
  Plan plan_;
  RunRecord record_;
  bool asked_ = true;
};

TEST_F(RollingGates, PassWhereTheCodeWasAskedAtEveryMoment) {
  EXPECT_EQ(gate(GateId::old_code_lives).result, GateResult::passed);
  EXPECT_EQ(gate(GateId::old_code_lives).detail, "41 questions at 2 moments");
  EXPECT_EQ(gate(GateId::new_code_lives).result, GateResult::passed);
  EXPECT_FALSE(gate(GateId::new_code_lives).mandatory);
  EXPECT_TRUE(gate(GateId::new_code_lives, Downtime::none).mandatory);
}

TEST_F(RollingGates, AMomentWithoutAnswersHasNotPassed) {
  record_.probes.pop_back();
  EXPECT_EQ(gate(GateId::new_code_lives).result, GateResult::not_run);
  EXPECT_EQ(gate(GateId::new_code_lives).detail, "the code of 2 was not asked at 2:contract");
  record_.probes[0].not_asked = "it cannot be loaded: ImportError\nmore";
  EXPECT_EQ(gate(GateId::old_code_lives).result, GateResult::not_run);
  EXPECT_EQ(gate(GateId::old_code_lives).detail,
            "the code of 1 was not asked at start: it cannot be loaded: ImportError");
}

TEST_F(RollingGates, CodeOfWhichNothingCouldBeAskedHasNotLived) {
  record_.probes[1].left_out = 40;
  EXPECT_EQ(gate(GateId::old_code_lives).result, GateResult::passed);
  record_.probes[1].left_out = 41;
  EXPECT_EQ(gate(GateId::old_code_lives).result, GateResult::not_run);
  EXPECT_EQ(gate(GateId::old_code_lives).detail, "of the code of 1 every question was left out at 2:expand");
}

TEST_F(RollingGates, FailForWhatBreaks) {
  Finding finding;
  finding.code = "old-code-breaks";
  finding.service = "blue";
  finding.title = "the code of 1 breaks";
  record_.findings = {Finding(), finding};
  const GateRecord failed = gate(GateId::old_code_lives);
  EXPECT_EQ(failed.result, GateResult::failed);
  EXPECT_EQ(failed.findings, std::vector<std::size_t>{1});
  EXPECT_EQ(gate(GateId::new_code_lives).result, GateResult::passed);
}

TEST_F(RollingGates, WhereAllMayStopNothingIsAsked) {
  const GateRecord gate_of_all = gate(GateId::old_code_lives, Downtime::all);
  EXPECT_EQ(gate_of_all.result, GateResult::not_run);
  EXPECT_FALSE(gate_of_all.mandatory);
  EXPECT_EQ(record_.gates.size(), 2U);
}

TEST_F(RollingGates, ARunThatWasNotToAskHasNotPassed) {
  asked_ = false;
  record_.probes.clear();
  EXPECT_EQ(gate(GateId::old_code_lives).result, GateResult::not_run);
  EXPECT_EQ(gate(GateId::old_code_lives).detail, "the run was asked to leave it out: --no-probes");
  EXPECT_TRUE(gate(GateId::old_code_lives, Downtime::none).mandatory);
}

TEST_F(RollingGates, APathWithoutAHopHasNone) {
  plan_.lanes.front().hops.clear();
  static_cast<void>(gate(GateId::old_code_lives));
  EXPECT_TRUE(record_.gates.empty());
}

}  // namespace
}  // namespace rehearsal
