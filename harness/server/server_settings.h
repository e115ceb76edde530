// With which settings servers run: durability off for the restore only, production's own for the steps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"
#include "reports/record.h"
#include "scenarios/scenario.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

struct ServerSettings {
  std::vector<std::string> restore_options;
  std::vector<std::string> step_options;
  std::vector<std::string> parity;  // known differences from production's server, for the report
  std::vector<Finding> findings;    // those that decide: conditions of the verdict
  CollationMap collations;          // that change places in the restore, see server_parity.h; the index is to have them
  std::uint64_t memory_bytes = 0;
  double restore_seconds = 0;  // that the whole restore may take; 0: told by the size of the dumps
};

// For the server of a prepared engine, by the rules in the folder of the catalogue; without one nothing is judged. An
// Error of kind `wrong_scenario` where the file of variables cannot be read or the memory is not a size.
[[nodiscard]] Result<ServerSettings> server_settings(const Scenario& scenario, const DumpIndex& index, Engine& engine,
                                                     const std::filesystem::path& catalogue = {});

// Has the restore of a snapshot replace these too; what is mapped already stays as it is.
void map_more_collations(DumpIndex& index, const CollationMap& more);

// Names the collations that changed places as production does, in all that is told of the path.
void name_as_in_production(RunRecord& record, const CollationMap& collations);

}  // namespace rehearsal
