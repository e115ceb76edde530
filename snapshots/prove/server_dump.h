// A dump of a running server by the server's own tool.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshots/load/restore.h"

namespace rehearsal {

// Writes the schemas with their routines, events and triggers into `file`: plain, binary values in hex, without the
// date, so that the same rows give the same bytes. An Error where mariadb-dump is not installed or fails.
[[nodiscard]] Result<void> dump_server(const SqlLogin& target, const std::vector<std::string>& schemas,
                                       const std::filesystem::path& file);

}  // namespace rehearsal
