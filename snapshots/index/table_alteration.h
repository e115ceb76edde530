// What an ALTER TABLE or CREATE INDEX makes of a table that the dump has told: many tools give keys after the rows.
#pragma once

#include "snapshots/index/dump_index.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

// Keys, foreign keys and columns that are added, columns whose type is changed. What else it may do is not followed:
// DumpTable::altered says so then.
void apply_alteration(DumpTable& table, const DumpEvent& event, unsigned server_version);

}  // namespace rehearsal
