#include "harness/step/online_pace.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "harness/step/step_finding.h"

namespace rehearsal {

namespace {

constexpr std::int64_t kBatches[] = {50, 100, 200, 500, 1000, 2000, 5000, 10000};
constexpr double kSecondsOfABatch = 60;

std::int64_t rounded_down(double rows) {
  std::int64_t batch = kBatches[0];
  for (const std::int64_t one : kBatches) {
    if (static_cast<double>(one) <= rows) {
      batch = one;
    }
  }
  return batch;
}

}  // namespace

std::string batch_option(const PlanStep& step) {
  for (const std::string& word : step.proof_command) {
    if (word.starts_with("--max")) {
      return word;
    }
  }
  return {};
}

std::optional<OnlinePace> pace_of(const StepRecord& record, const Transaction& longest) {
  OnlinePace pace;
  for (const OnlineMigration& migration : record.migrations) {
    pace.migrated += migration.migrated;
  }
  if (pace.migrated <= 0 || record.seconds <= 0) {
    return {};
  }
  pace.rows_per_second = static_cast<double>(pace.migrated) / record.seconds;
  pace.limited_by_locks = longest.rows > 1 && longest.seconds > 0;
  pace.batch = pace.limited_by_locks ? rounded_down(kLongestLock * static_cast<double>(longest.rows) / longest.seconds)
                                     : rounded_down(pace.rows_per_second * kSecondsOfABatch);
  return pace;
}

std::vector<Finding> tell_pace(const PlanStep& step, const StepRecord& record, const StepStatements& statements) {
  const Transaction& longest = statements.longest_transaction();
  const auto pace = pace_of(record, longest);
  if (!pace) {
    return {};
  }
  const auto migrated = static_cast<std::uint64_t>(pace->migrated);
  Finding finding = finding_for(step, "online-pace", Severity::info, {});
  finding.title =
      fmt::format("online migrations migrated {} in {}", plural(migrated, "row"), human_seconds(record.seconds));
  finding.detail =
      fmt::format("{:.{}f} rows per second, including the program's start; {} to zero, {} of that in the server.",
                  pace->rows_per_second, pace->rows_per_second < 10 ? 1 : 0, human_seconds(record.seconds),
                  human_seconds(statements.seconds()));
  if (const std::string option = batch_option(step); !option.empty()) {
    const auto rows = static_cast<std::uint64_t>(longest.rows);
    finding.detail +=
        pace->limited_by_locks
            ? fmt::format(
                  " Best batch: {} {}, which keeps a transaction below {} (the longest changed {} in {:.3f} s).",
                  option, pace->batch, human_seconds(kLongestLock), plural(rows, "row"), longest.seconds)
            : fmt::format(
                  " Each row is a transaction of its own (the longest took {:.3f} s), so the batch size locks "
                  "nothing: {} {} returns within about a minute.",
                  longest.seconds, option, pace->batch);
  }
  return {finding};
}

}  // namespace rehearsal
