#include "snapshots/space.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "snapshots/server_options.h"

namespace rehearsal {

namespace {

// Measured with MariaDB 10.11, dump text against the table's file: 1.6 for rows of a compute cell, 2.3 for narrow rows
// with three keys, 4.4 for three integers with two keys. A row's own cost weighs most where rows are short. A table
// that is nothing but keys over identifiers can still need twice this.
constexpr std::uint64_t kTenthsOfText = 22;
constexpr std::uint64_t kBytesARow = 60;
// System tables, rollback segments, the data dictionary.
constexpr std::uint64_t kServer = 150'000'000;

std::uint64_t table_bytes(const DumpTable& table) {
  return table.bytes / 10 * kTenthsOfText + table.rows * kBytesARow;
}

}  // namespace

SpaceNeed space_needed(const DumpIndex& index, unsigned side_by_side) {
  SpaceNeed need;
  need.dump = index.bytes();
  std::vector<std::uint64_t> tables;
  for (const DumpTable& table : index.tables) {
    tables.push_back(table_bytes(table));
    need.rows += tables.back();
  }
  // Largest tables are filled first, so the largest are sorted at the same time.
  std::sort(tables.rbegin(), tables.rend());
  tables.resize(std::min<std::size_t>(tables.size(), std::max(1U, side_by_side)));
  for (const std::uint64_t bytes : tables) {
    need.sorting += bytes;
  }
  need.server = restore_log_bytes(index) + kServer;
  return need;
}

Result<void> enough_space(const SpaceNeed& need, const FreeSpace& free, const std::string& store) {
  if (free.usable() >= need.total()) {
    return {};
  }
  const bool below = free.disk_below && *free.disk_below < free.store;
  std::string where = " free";
  if (below) {
    where += " on the disk under the store's image";
  } else if (free.disk_below) {
    where += " in the store's image";
  }
  return fail("the restore needs about " + human_bytes(need.total()) + " of disk, there are " +
                  human_bytes(free.usable()) + where + ": " + human_bytes(need.dump) + " of dump become " +
                  human_bytes(need.rows) + " of tables with their keys, " + human_bytes(need.sorting) +
                  " to sort keys and " + human_bytes(need.server) + " of the server's own",
              store, "free some space (rehearse snapshot prune, rehearse clean), or name another folder with --state");
}

}  // namespace rehearsal
