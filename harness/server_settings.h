// With which settings servers run: durability off for the restore only, production's own for the steps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engine.h"
#include "scenarios/scenario.h"
#include "snapshots/dump_index.h"

namespace rehearsal {

struct ServerSettings {
  std::vector<std::string> restore_options;
  std::vector<std::string> step_options;
  std::vector<std::string> parity;  // known differences from production's server, for the report
  std::uint64_t memory_bytes = 0;
};

// For the server of a prepared engine. An Error of kind `wrong_scenario` where the file of variables cannot be read or
// the memory is no size.
[[nodiscard]] Result<ServerSettings> server_settings(const Scenario& scenario, const DumpIndex& index, Engine& engine);

}  // namespace rehearsal
