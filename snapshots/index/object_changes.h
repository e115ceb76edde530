// What a statement takes away: the objects that it drops, renames or empties. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "snapshots/scan/dump_event.h"

namespace rehearsal {

enum class ObjectSort : std::uint8_t { database, table, view, trigger, routine, event, sequence };

struct ObjectChange {
  enum class What : std::uint8_t { dropped, renamed, emptied };
  What what = What::dropped;
  ObjectSort sort = ObjectSort::table;
  std::string schema;  // of a database: its name
  std::string object;
  std::string new_schema = {}, new_object = {};  // renamed
};

// In the order in which they happen; none where the statement does no such thing. DROP TABLE takes views away as little
// as DROP VIEW takes tables.
[[nodiscard]] std::vector<ObjectChange> object_changes(const DumpEvent& event, unsigned server_version);

// Schema and table of a CREATE TRIGGER; empty where it names none.
[[nodiscard]] std::pair<std::string, std::string> table_of_trigger(const DumpEvent& event, unsigned server_version);

}  // namespace rehearsal
