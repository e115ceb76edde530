// How much disk a restore needs, and whether it is there. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// Bytes on disk while a restore runs.
struct SpaceNeed {
  std::uint64_t dump = 0;     // what it is made from: the text, uncompressed
  std::uint64_t rows = 0;     // tables with their keys
  std::uint64_t sorting = 0;  // the server sorts the keys of the tables that it fills side by side, in files
  std::uint64_t server = 0;   // its log and its own tables

  [[nodiscard]] std::uint64_t total() const { return rows + sorting + server; }
};

// `side_by_side`: as many tables are filled at the same time.
[[nodiscard]] SpaceNeed space_needed(const DumpIndex& index, unsigned side_by_side);

// What can still be written. An image file is sparse: it has room inside that the disk below it may not have.
struct FreeSpace {
  std::uint64_t store = 0;
  std::optional<std::uint64_t> disk_below;  // set where the store lies in an image file

  [[nodiscard]] std::uint64_t usable() const { return disk_below && *disk_below < store ? *disk_below : store; }
};

// An Error with the figures, and which of the two file systems is too small, where `free` does not do.
[[nodiscard]] Result<void> enough_space(const SpaceNeed& need, const FreeSpace& free, const std::string& store);

}  // namespace rehearsal
