// Which tables are loaded together, and what of a file a connection is to see for them. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "snapshots/bytes/selected_bytes.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {

// Rows that one connection loads in one pass over a file.
struct LoadTask {
  std::size_t file = 0;                  // place in DumpIndex::files
  std::vector<const DumpTable*> tables;  // of it
  std::uint64_t bytes = 0;
};

struct LoadPlan {
  std::vector<std::size_t> ordered;       // files that run in their order, all of their statements
  std::vector<std::size_t> side_by_side;  // the others
  std::vector<LoadTask> tasks;            // of the others, most bytes first
};

// A pass over a compressed file decodes all of it, so that such a file gets at most `jobs` tasks; in a plain one every
// large table has its own.
[[nodiscard]] LoadPlan plan_load(const DumpIndex& index, unsigned jobs);

// All rows of the file but those of `tables`, in order, ranges that touch made one.
[[nodiscard]] std::vector<ByteSkip> rows_but_of(const DumpIndex& index, std::size_t file,
                                                const std::vector<const DumpTable*>& tables);
// One past the last row of the tables in the file.
[[nodiscard]] std::uint64_t end_of_rows(std::size_t file, const std::vector<const DumpTable*>& tables);

}  // namespace rehearsal
