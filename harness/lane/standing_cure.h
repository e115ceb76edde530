// Schemas that are not where their revision table says: what puts them right is tried. The lane runs as the operator
// would run it; where a step fails, the whole path so far is run on another clone of the golden with all cures applied
// first, and the lane goes on from there. Where no step fails the cure is tried when the lane is over.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/lane/recovery.h"
#include "harness/lane/server_attempt.h"
#include "reports/record.h"
#include "scenarios/schema/standing.h"

namespace rehearsal {

class StandingCures {
 public:
  explicit StandingCures(const LaneView& view);

  // There is something to try, and it was not tried yet.
  [[nodiscard]] bool untried() const { return !tried_ && !cures_.empty(); }

  // The lane's steps up to `failed` on a new clone. Where that step passes there the recovery has the server, and the
  // findings of the step; the standings' own finding says what the step failed with. `attempt` is the failed one.
  [[nodiscard]] Result<Recovery> recover(const PlanStep& failed, const Attempt& attempt);

  // When the lane is over: `end` is the schema after its last step, none where it did not come so far. A cure that has
  // not been tried is tried; a blocker that neither stopped a step nor left anything out is a warning.
  [[nodiscard]] Result<void> finish(const std::optional<Schema>& end, bool failed);

  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }

 private:
  struct Cure {
    const Standing* standing = nullptr;  // none: schemas that are behind the rest of the service
    std::size_t finding = 0;
  };

  [[nodiscard]] Result<std::unique_ptr<RunServer>> start();
  [[nodiscard]] Result<bool> apply(RunServer& server);
  [[nodiscard]] Result<Recovery> run_path(std::unique_ptr<RunServer> server, const PlanStep* last);
  [[nodiscard]] std::vector<std::string> left_out(const Schema& schemas, bool at_start) const;
  void mark(bool passes, const std::string& words);

  const LaneView& view_;
  std::vector<Cure> cures_;
  std::vector<Finding> findings_;
  bool tried_ = false;
  std::optional<Schema> end_;  // of the last run_path()
};

// The objects of one database of a schema that was read.
[[nodiscard]] ObservedSchema observed_in(const Schema& schema, const std::string& database);

}  // namespace rehearsal
