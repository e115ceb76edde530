// The golden of a snapshot: found among the kept ones, or restored, proven and kept.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/run/snapshot.h"
#include "harness/server/workplace.h"
#include "reports/record.h"
#include "snapshots/keep/golden_store.h"
#include "snapshots/prove/proof.h"

namespace rehearsal {

struct Golden {
  std::string key;             // empty: it is not kept
  std::filesystem::path data;  // a cleanly stopped data directory; never started itself, only its clones
  std::string root_password;
  std::string server_version;
  bool restored = false;  // false: a kept one is used again
  bool verified = false;
  std::string proof;   // what was compared, or what differs
  double seconds = 0;  // of the restore, proof included
  std::vector<std::string> adaptations;
  std::vector<Finding> findings;
  GoldenUse use;  // keeps it from being removed while this lives
};

// A kept golden that was proven less deep than asked is proven on a clone of it.
[[nodiscard]] Result<Golden> ensure_golden(const Workplace& place, const Snapshot& snapshot,
                                           ProofDepth depth = ProofDepth::counts);

}  // namespace rehearsal
