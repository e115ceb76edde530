#include "reports/statements.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace {

// Nobody waits for less, and a page that tells it hides what matters.
constexpr double kWorthTelling = 0.02;

bool worth_telling(const StatementRecord& statement) {
  return statement.seconds >= kWorthTelling || (statement.algorithm == "COPY" && statement.rows > 0) ||
         statement.writers_waited.value_or(0) >= kWorthTelling;
}

}  // namespace

std::vector<ToldStatement> told_statements(const RunRecord& record) {
  std::vector<ToldStatement> told;
  for (const StepRecord& step : record.steps) {
    for (const StatementRecord& statement : step.statements) {
      if (worth_telling(statement)) {
        told.push_back({&step, &statement});
      }
    }
  }
  std::stable_sort(told.begin(), told.end(), [](const ToldStatement& a, const ToldStatement& b) {
    return a.statement->seconds > b.statement->seconds;
  });
  return told;
}

const StatementRecord* longest_wait(const RunRecord& record) {
  const StatementRecord* longest = nullptr;
  for (const StepRecord& step : record.steps) {
    for (const StatementRecord& statement : step.statements) {
      if (statement.writers_waited && (longest == nullptr || *statement.writers_waited > *longest->writers_waited)) {
        longest = &statement;
      }
    }
  }
  return longest;
}

std::string wait_text(const std::optional<double>& seconds) {
  if (!seconds) {
    return "–";
  }
  return *seconds < 0.0995 ? fmt::format("{} ms", std::lround(*seconds * 1000)) : human_seconds(*seconds);
}

}  // namespace rehearsal
