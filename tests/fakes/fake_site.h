// A site without servers: it answers as the test says, and keeps in which order it was asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/lane/attempt_site.h"

namespace rehearsal {

class FakeSite final : public AttemptSite {
 public:
  Result<void> begin() override { return asked("begin"); }
  [[nodiscard]] const Schema& schema_before() const override { return before; }
  [[nodiscard]] const std::map<std::string, std::string>& revisions_before() const override { return revisions; }

  Result<StepOutcome> execute(const std::filesystem::path&) override {
    REHEARSAL_TRY(asked("execute"));
    return outcome;
  }
  Result<void> prove(const std::filesystem::path&, StepOutcome& of) override {
    REHEARSAL_TRY(asked("prove"));
    of.proof = proof;
    of.proof_batch = 1000;
    return {};
  }
  Result<StepEffects> look() override {
    REHEARSAL_TRY(asked("look"));
    return effects;
  }
  Result<std::vector<ExpectedRemainder>> remainders() override {
    REHEARSAL_TRY(asked("remainders"));
    return expected;
  }
  Result<std::map<std::string, std::int64_t>> rows_to_do(const std::vector<OnlineMigration>& migrations) override {
    REHEARSAL_TRY(asked("rows_to_do"));
    std::map<std::string, std::int64_t> rows;
    for (const OnlineMigration& migration : migrations) {
      rows[migration.name] = to_do;
    }
    return rows;
  }
  Result<void> name_rows(const std::string& output, StepJudgement& judgement) override {
    REHEARSAL_TRY(asked("name_rows"));
    named_from = output;
    findings_to_name = judgement.findings.size();
    return {};
  }
  Result<WatchedStatements> statements() override {
    REHEARSAL_TRY(asked("statements"));
    WatchedStatements watched;
    watched.records = records;
    watched.trace = trace;
    return watched;
  }
  [[nodiscard]] double watching_seconds() const override { return 1.5; }

  // Answers.
  Schema before;
  std::map<std::string, std::string> revisions;
  StepOutcome outcome;
  std::optional<OnlineProgress> proof;
  StepEffects effects;
  std::vector<ExpectedRemainder> expected;
  std::int64_t to_do = 0;
  std::vector<StatementRecord> records;
  StepTrace trace;
  std::string breaks;  // the call that fails

  // What was asked.
  std::vector<std::string> calls;
  std::string named_from;
  std::size_t findings_to_name = 0;

 private:
  Result<void> asked(const char* call) {
    calls.emplace_back(call);
    if (breaks == call) {
      return fail("broken: " + breaks);
    }
    return {};
  }
};

}  // namespace rehearsal
