// Which code is asked when, over paths of every kind of service.
#include "scenarios/moments.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

PlanStep step_of(const std::string& release, Phase phase, const std::string& part = "") {
  PlanStep step;
  step.service = "blue";
  step.release = release;
  step.phase = phase;
  step.part = part;
  step.id = "blue:" + release + ":" + to_word(phase) + (part.empty() ? "" : ":" + part);
  step.may_change = !only_reads(phase);
  return step;
}

CodeRule rule_of(std::optional<Phase> old_until, Phase new_from) {
  CodeRule rule;
  rule.old_until = old_until;
  rule.new_from = new_from;
  return rule;
}

// "start: old 1; 2:expand: old 1, new 2; 2:contract: (old 1), new 2"
std::string told(const Lane& lane, const CodeRule& rule) {
  std::vector<std::string> moments;
  for (const Moment& moment : moments_of(lane, rule)) {
    std::vector<std::string> codes;
    for (const AskedCode& code : moment.codes) {
      const std::string one = fmt::format("{} {}", to_word(code.role), code.release);
      codes.push_back(code.must_live ? one : "(" + one + ")");
    }
    moments.push_back(moment.name + ": " + join(codes, ", "));
  }
  return join(moments, "; ");
}

TEST(Moments, OldCodeLivesUntilTheContractAndNewCodeFromTheExpand) {
  Lane lane;
  lane.hops = {{"1", "2"}};
  lane.steps = {step_of("2", Phase::check), step_of("2", Phase::expand), step_of("2", Phase::contract),
                step_of("2", Phase::status)};
  EXPECT_EQ(told(lane, rule_of(Phase::contract, Phase::expand)),
            "start: old 1; 2:expand: old 1, new 2; 2:contract: (old 1), new 2");
  EXPECT_EQ(told(lane, rule_of(std::nullopt, Phase::contract)),
            "start: old 1; 2:expand: old 1; 2:contract: old 1, new 2");
}

TEST(Moments, NewCodeWaitsForEverySchemaOfItsService) {
  Lane lane;
  lane.hops = {{"1", "2"}};
  lane.steps = {step_of("2", Phase::sync, "api"), step_of("2", Phase::sync, "cell1"),
                step_of("2", Phase::online, "cell0"), step_of("2", Phase::online, "cell1")};
  EXPECT_EQ(told(lane, rule_of(Phase::online, Phase::sync)),
            "start: old 1; 2:sync:api: old 1; 2:sync:cell1: old 1, new 2; 2:online:cell0: (old 1), new 2; "
            "2:online:cell1: new 2");
}

TEST(Moments, TheNewCodeOfAHopIsTheOldOneOfTheNext) {
  Lane lane;
  lane.hops = {{"1", "2"}, {"2", "3"}};
  lane.steps = {step_of("1", Phase::online_before), step_of("2", Phase::sync), step_of("2", Phase::online),
                step_of("3", Phase::sync), step_of("3", Phase::online)};
  EXPECT_EQ(told(lane, rule_of(Phase::online, Phase::sync)),
            "start: old 1; 1:online-before: old 1; 2:sync: old 1, new 2; 2:online: (old 1), new 2; "
            "3:sync: old 2, new 3; 3:online: (old 2), new 3");
}

TEST(Moments, WhatIsForOtherReleasesIsNotAsked) {
  Lane lane;
  lane.hops = {{"1", "2"}};
  lane.steps = {step_of("2", Phase::sync)};
  CodeRule rule = rule_of(std::nullopt, Phase::sync);
  rule.releases = {"2"};
  EXPECT_EQ(told(lane, rule), "2:sync: new 2");
  lane.hops.clear();
  EXPECT_EQ(told(lane, rule), "");
}

}  // namespace
}  // namespace rehearsal
