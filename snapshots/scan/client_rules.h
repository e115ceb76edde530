// Where a client that is given the dump would do more than send its statements, and where a statement reaches for what
// is not in the dump. A restore that leaves such a thing out holds something else than the client's. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "snapshots/scan/dump_event.h"

namespace rehearsal {

// The first word of a line, as the client reads it where no statement is under way.
enum class ClientWord : std::uint8_t {
  none,       // not the client's: SQL
  delimiter,  // changes what ends a statement
  use,        // ends with its line
  idle,       // shows or sets what a restore does not need
  reaches,    // reads other files, runs programs, connects anew, ends early
};
// `line` is without its line end. A line that holds the delimiter is SQL to the client until the delimiter.
[[nodiscard]] ClientWord client_word(std::string_view line, std::string_view delimiter);

// Why the dump cannot be restored as the client does, in words; empty where it can. `what` names no value of the dump.
[[nodiscard]] std::string refusal_of(const DumpEvent& event, unsigned server_version);

}  // namespace rehearsal
