// With which options a server runs while a dump is restored, and what production says of its own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// Durability off: a restore that dies is made again. `memory_bytes` is what the server may use in all; 0: 1 GB.
// `server_version` ("11.8.9") is its own; empty where it is not known.
[[nodiscard]] std::vector<std::string> restore_server_options(const DumpIndex& index, std::uint64_t memory_bytes,
                                                              const std::string& server_version = {});

// The size of the log that such a server writes to the disk.
[[nodiscard]] std::uint64_t restore_log_bytes(const DumpIndex& index);

// SHOW VARIABLES of production: name -> value, names in lower case. Reads "name<TAB>value" lines, the client's table
// with its bars, and option-file lines "name = value".
using ServerVariables = std::map<std::string, std::string>;
[[nodiscard]] Result<ServerVariables> parse_server_variables(std::string_view text);

}  // namespace rehearsal
