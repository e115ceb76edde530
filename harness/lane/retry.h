// Can a step that failed simply be run again? MariaDB keeps the schema statements that a failed step had done, so the
// answer is found by doing it, on what the step left behind: as it is, and with the fixes that let it pass.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/lane/server_attempt.h"

namespace rehearsal {

inline constexpr double kLongestRetry = 1800;  // seconds; a longer step is not run again only to know

struct FixEffect {
  std::int64_t rows = 0;  // changed
  std::string refused;    // the server's words where a statement fails
};
// Runs the statements of a fix, one after another.
[[nodiscard]] Result<FixEffect> apply_fix(Sql& sql, const std::string& fix);

struct RetryProof {
  std::string words;        // what had been done, and what running it again does
  bool skips_work = false;  // run again it ends well, and less is done than should be
  std::string table;        // where that shows
};

// `passed` tells the state after the step passed with the fixes; none where it did not. Works on a clone of what the
// step left.
[[nodiscard]] Result<RetryProof> prove_retry_of(const LaneView& view, const FailedAttempt& failed,
                                                const std::vector<std::string>& fixes, const Observer* passed);

}  // namespace rehearsal
