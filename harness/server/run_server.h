// A server of a run on a data directory: named, held and cleaned up with the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"
#include "harness/server/state.h"

namespace rehearsal {

// `name` is the server's within the run: its socket and logs are in run.short_dir() / name.
[[nodiscard]] Result<std::unique_ptr<Server>> start_run_server(Engine& engine, const RunDir& run,
                                                               const std::string& name,
                                                               const std::filesystem::path& data,
                                                               const std::vector<std::string>& options,
                                                               std::uint64_t memory_bytes);

}  // namespace rehearsal
