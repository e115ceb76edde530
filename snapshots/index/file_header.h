// What a dump's own comments say of its making: producer, server, host, end, replication.
#pragma once

#include <string_view>

#include "snapshots/index/dump_index.h"

namespace rehearsal {

// `text` is a comment of the dump. True where it is a header, which only a dump has. The first of each counts, of ends
// the last.
bool heed_header(std::string_view text, DumpFile& file);

}  // namespace rehearsal
