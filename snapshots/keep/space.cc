#include "snapshots/keep/space.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "snapshots/load/server_options.h"

namespace rehearsal {

namespace {

// System tables, rollback segments, the data dictionary.
constexpr std::uint64_t kServer = 150'000'000;
// Of a page, the server leaves a fifth to a quarter empty.
constexpr double kFilling = 1.3;
// What a row costs beside its values: its head, transaction and rollback pointer; and its entry in a key.
constexpr double kRow = 25;
constexpr double kEntry = 10;

// In columns, as large as the average one of the table: the keys beside the one that holds the rows. Each holds the
// columns of that one too.
std::size_t key_columns(const DumpTable& table, std::size_t& keys) {
  const std::size_t clustered = table.unique_keys.empty() ? 0 : table.unique_keys.front().size();
  std::size_t columns = 0;
  const auto add = [&](const std::vector<std::string>& key) {
    columns += key.size() + clustered;
    ++keys;
  };
  if (!table.unique_keys.empty()) {
    std::for_each(table.unique_keys.begin() + 1, table.unique_keys.end(), add);
  }
  std::for_each(table.plain_keys.begin(), table.plain_keys.end(), add);
  return columns;
}

// Of the file of an InnoDB table.
std::uint64_t table_bytes(const DumpTable& table) {
  std::size_t keys = 3;
  double copies = 1;  // of the row's text; with the keys that most tables have, where they are not known
  if (!table.columns.empty()) {
    keys = 0;
    copies = static_cast<double>(key_columns(table, keys)) / static_cast<double>(table.columns.size());
  }
  const double bytes = static_cast<double>(table.bytes) * (1 + copies) * kFilling +
                       static_cast<double>(table.rows) * (kRow + kEntry * static_cast<double>(keys));
  return static_cast<std::uint64_t>(bytes);
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
  return fail("the restore needs about " + human_bytes(need.total()) + " of disk, and there is only " +
                  human_bytes(free.usable()) + where + ": " + human_bytes(need.dump) + " of dump becomes " +
                  human_bytes(need.rows) + " of tables with their keys, " + human_bytes(need.sorting) +
                  " for sorting keys and " + human_bytes(need.server) + " for the server itself",
              store, "free some space (rehearse snapshot prune, rehearse clean), or name another folder with --state");
}

}  // namespace rehearsal
