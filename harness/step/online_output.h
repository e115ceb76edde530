// Reading what online data migrations print: for each batch, how many rows a migration found and how many it migrated.
// An exit status of 0 means only that no more can be migrated; whether nothing remains is told by these lines.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"

namespace rehearsal {

struct OnlineBatch {
  std::int64_t found = 0;
  std::int64_t migrated = 0;
};

struct OnlineOutput {
  std::vector<std::pair<std::string, OnlineBatch>> batches;  // migration and batch, as printed
  std::map<std::string, OnlineBatch> sums;                   // migration -> found and migrated over all batches printed
  std::map<std::string, OnlineBatch> last;                   // migration -> its last batch
  std::vector<std::string> failed;                           // migrations that raised an error
};

// An Error where a pattern of the catalogue is not a regular expression.
[[nodiscard]] Result<OnlineOutput> read_online_output(const std::string& output, const OnlinePattern& pattern);

// What one invocation after another taught: sums over all of them, and what the last found and could not migrate.
class OnlineProgress {
 public:
  // Takes the output of the next invocation. One that was broken off tells nothing of migrations that it did not reach.
  void add(const OnlineOutput& output, bool broken_off = false);

  // True when a further invocation can teach nothing: the last one migrated nothing and found no more than is expected
  // to remain, or the very rows that the one before found. `batch` is the most rows that one invocation looks at:
  // finding that many may hide more.
  [[nodiscard]] bool settled(std::int64_t batch, const std::vector<ExpectedRemainder>& remainders,
                             const std::string& release) const;

  // One entry a migration; the remainders that the catalogue expects of `release` are filled in. Of `visits` it is not
  // known which of the rows that they found needed them.
  [[nodiscard]] std::vector<OnlineMigration> migrations(const std::vector<ExpectedRemainder>& remainders,
                                                        const std::string& release,
                                                        const std::set<std::string>& visits = {}) const;

  // Adds to them what passes after the last of these learned on a copy: what they migrated was waiting.
  static void add_proof(const OnlineProgress& proof, std::vector<OnlineMigration>& migrations,
                        const std::set<std::string>& visits = {});

  // Rows that all migrations together migrated.
  [[nodiscard]] std::int64_t migrated() const;
  [[nodiscard]] const std::vector<std::string>& failed() const { return failed_; }

 private:
  std::map<std::string, OnlineBatch> sums_, previous_, last_;
  std::map<std::string, std::int64_t> pending_;  // found once and not migrated since
  std::vector<std::string> failed_;
  int invocations_ = 0;
};

}  // namespace rehearsal
