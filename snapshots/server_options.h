// With which options a server runs: throw-away ones while a dump is restored, production's while steps run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "snapshots/dump_index.h"

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

struct ParityOptions {
  std::vector<std::string> options;
  std::vector<std::string> notes;  // in what the rehearsal's server is known to differ from production's
};
// Durable, with a binary log, strict as production is; what `production` does not say is MariaDB 10.11 as Debian ships
// it. `server_version` is the rehearsal's, as above.
[[nodiscard]] ParityOptions parity_server_options(const DumpIndex& index, const ServerVariables& production,
                                                  std::uint64_t memory_bytes, const std::string& server_version = {});

}  // namespace rehearsal
