// Where a step is attempted: all of an attempt that needs servers. In which order it is asked, and what follows from
// the answers, is harness/lane/attempt.h's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/diagnosis/step_trace.h"
#include "harness/step/observe.h"
#include "harness/step/step_evidence.h"
#include "harness/step/step_outcome.h"
#include "harness/step/step_statements.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

// What the step's statements took and whom they kept waiting.
struct WatchedStatements {
  StepStatements all;
  std::vector<StatementRecord> records;
  StepTrace trace;
  std::optional<TalkTime> talk = {};  // none: not measured
};

// The calls come in this order; an Error of one ends the attempt.
class AttemptSite {
 public:
  AttemptSite() = default;
  AttemptSite(const AttemptSite&) = delete;
  AttemptSite& operator=(const AttemptSite&) = delete;
  virtual ~AttemptSite() = default;

  // Notes what is there, and watches from now on.
  [[nodiscard]] virtual Result<void> begin() = 0;
  // Before the step; valid after begin(), also once the step has run.
  [[nodiscard]] virtual const Schema& schema_before() const = 0;
  [[nodiscard]] virtual const std::map<std::string, std::string>& revisions_before() const = 0;
  // Runs the command, which writes into `dir`. An Error where the server did not outlive it.
  [[nodiscard]] virtual Result<StepOutcome> execute(const std::filesystem::path& dir) = 0;
  // Of an outcome in doubt: runs passes that may migrate more on a copy, with output in `dir`, and says in the outcome
  // what they found.
  [[nodiscard]] virtual Result<void> prove(const std::filesystem::path& dir, StepOutcome& outcome) = 0;
  // What the step did; the rows are compared where the state before it was kept.
  [[nodiscard]] virtual Result<StepEffects> look() = 0;
  // The remainders that the catalogue expects, with the rows that their queries find.
  [[nodiscard]] virtual Result<std::vector<ExpectedRemainder>> remainders() = 0;
  // Of a sample: migration -> rows that it still has to do.
  [[nodiscard]] virtual Result<std::map<std::string, std::int64_t>> rows_to_do(
      const std::vector<OnlineMigration>& migrations) = 0;
  // Names the rows behind the judgement's findings: on the copy where passes ran on one, so that those are named that
  // no pass migrates.
  [[nodiscard]] virtual Result<void> name_rows(const std::string& output, StepJudgement& judgement) = 0;
  [[nodiscard]] virtual Result<WatchedStatements> statements() = 0;  // call it once
  // Of observation and comparison so far.
  [[nodiscard]] virtual double watching_seconds() const = 0;
};

}  // namespace rehearsal
