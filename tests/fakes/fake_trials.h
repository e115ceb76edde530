// Trials without servers: a step that is stopped by one thing after another, as the test says.
#pragma once

#include <string>
#include <vector>

#include "harness/lane/trials.h"

namespace rehearsal {

// How a round ends.
enum class FakeEnd {
  passes,
  refused,
  same_again,
  next_with_fix,
  next_without_fix,
  next_told_before,
  no_blocker,
  breaks
};

class FakeTrials final : public Trials {
 public:
  explicit FakeTrials(std::string step, std::vector<FakeEnd> ends) : step_(std::move(step)), ends_(std::move(ends)) {}

  // What stops the step on table `number`, with a fix for it.
  static Finding blocker(const std::string& step, int number) {
    Finding finding;
    finding.code = "null-in-not-null";
    finding.severity = Severity::blocker;
    finding.step = step;
    finding.table = "blue.t" + std::to_string(number);
    finding.error = "1138 on " + finding.table;
    return finding;
  }
  static Fix fix(int number) {
    Fix fix;
    fix.sql = "UPDATE t" + std::to_string(number) + " SET a = 0;";
    return fix;
  }

  [[nodiscard]] Result<std::vector<Finding>> explain(Finding& blocker) override {
    ++explained;
    blocker.cause = "explained";
    if (first_has_fix) {
      blocker.fix = fix(0);
    }
    return internal;
  }

  [[nodiscard]] Result<Trial> run(int round, const std::vector<Fix*>& fixes) override {
    rounds.push_back({});
    for (Fix* const one : fixes) {
      rounds.back().push_back(one->sql);
      one->tried = true;
      one->seconds = 0.5;
    }
    const FakeEnd end = ends_.at(static_cast<std::size_t>(round - 1));
    Trial trial;
    trial.changed.assign(fixes.size(), 7);
    trial.judgement.stops_lane = end != FakeEnd::passes;
    switch (end) {
      case FakeEnd::passes: {
        Finding seen = blocker(step_, 90);
        seen.severity = Severity::info;
        seen.code = "rows-changed";
        trial.judgement.findings = {seen};
        trial.passed = PassedState{nullptr, Observer({}, {}, {}), StepDiffer({})};
        break;
      }
      case FakeEnd::refused:
        trial.refused = true;
        fixes.back()->decision = "The server refuses the fix: no";
        break;
      case FakeEnd::same_again:
        trial.judgement.findings = {blocker(step_, round - 1)};
        break;
      case FakeEnd::next_with_fix:
      case FakeEnd::next_without_fix:
        trial.judgement.findings = {blocker(step_, round)};
        if (end == FakeEnd::next_with_fix) {
          trial.judgement.findings.back().fix = fix(round);
        }
        break;
      case FakeEnd::next_told_before:
        trial.judgement.findings = {blocker(step_, kToldBefore)};
        trial.judgement.findings.back().fix = fix(kToldBefore);
        break;
      case FakeEnd::no_blocker:
        break;
      case FakeEnd::breaks:
        return fail("the server died");
    }
    return trial;
  }

  [[nodiscard]] Result<RetryProof> run_again(const std::vector<Fix*>& fixes, const PassedState* passed) override {
    ++asked_again;
    for (const Fix* const one : fixes) {
      again_with.push_back(one->sql);
    }
    again_knew_the_end = passed != nullptr;
    return retry;
  }

  static constexpr int kToldBefore = 50;  // what the step's own judgement told beside its first blocker

  bool first_has_fix = true;
  std::vector<Finding> internal;
  RetryProof retry = {"Run again, it stops again.", false, ""};

  int explained = 0, asked_again = 0;
  std::vector<std::vector<std::string>> rounds;  // the fixes of each
  std::vector<std::string> again_with;
  bool again_knew_the_end = false;

 private:
  std::string step_;
  std::vector<FakeEnd> ends_;
};

}  // namespace rehearsal
