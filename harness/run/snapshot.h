// A scenario's snapshot as the dumps alone tell it: scanned, and put into the words that the plan needs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/talk.h"
#include "reports/mask/pseudonyms.h"
#include "reports/record.h"
#include "scenarios/catalogue.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

struct Snapshot {
  std::vector<DumpInput> inputs;
  DumpIndex index;
  SnapshotFacts facts;
  Pseudonyms pseudonyms = {};  // of accounts that the dumps name
};

// One pass over the dumps. Truncated dumps are a value here; see require_complete().
[[nodiscard]] Result<Snapshot> scan_snapshot(const std::vector<DumpInput>& inputs, const Catalogue& catalogue,
                                             Talk& talk, const CollationMap& map = {});
[[nodiscard]] std::vector<DumpInput> inputs_of(const Scenario& scenario);

[[nodiscard]] SnapshotFacts facts_of(const DumpIndex& index);
// An Error of kind `wrong_scenario` that names both files where two dumps hold one schema.
[[nodiscard]] Result<void> require_one_source(const DumpIndex& index);
// "schema.table" -> rows, as the scan counted them.
[[nodiscard]] std::map<std::string, std::int64_t> counts_of(const DumpIndex& index);
// What the dumps' hazards mean for the verdict.
[[nodiscard]] std::vector<Finding> findings_of(const DumpIndex& index, const std::vector<std::string>& left_out);
[[nodiscard]] std::vector<DumpRecord> dump_records_of(const DumpIndex& index);

}  // namespace rehearsal
