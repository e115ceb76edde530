#include "snapshots/load/load_plan.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/table_name.h"

namespace rehearsal {

namespace {

constexpr std::uint64_t kLargeTable = std::uint64_t{32} << 20;

bool by_bytes(const LoadTask& a, const LoadTask& b) {
  return a.bytes > b.bytes;
}

void add_table(LoadTask& task, const DumpTable& table) {
  task.tables.push_back(&table);
  task.bytes += table.bytes;
}

std::vector<LoadTask> tasks_of(const DumpIndex& index, std::size_t file, unsigned jobs) {
  std::vector<const DumpTable*> tables;
  for (const DumpTable& table : index.tables) {
    if (!table.ranges.empty() && table.ranges.front().file == file && !is_system_schema(table.schema)) {
      tables.push_back(&table);
    }
  }
  std::stable_sort(tables.begin(), tables.end(),
                   [](const DumpTable* a, const DumpTable* b) { return a->bytes > b->bytes; });
  std::vector<LoadTask> tasks;
  if (!index.files[file].compression.empty() && index.files[file].parts.empty()) {
    tasks.resize(std::min<std::size_t>(jobs, tables.size()));
    for (const DumpTable* table : tables) {
      add_table(*std::min_element(tasks.begin(), tasks.end(),
                                  [](const LoadTask& a, const LoadTask& b) { return a.bytes < b.bytes; }),
                *table);
    }
  } else {
    for (const DumpTable* table : tables) {
      if (tasks.empty() || tasks.back().bytes + table->bytes > kLargeTable) {
        tasks.emplace_back();
      }
      add_table(tasks.back(), *table);
    }
  }
  for (LoadTask& task : tasks) {
    task.file = file;
  }
  return tasks;
}

// Each part sets the session for its own rows: others are passed over whole.
std::vector<ByteSkip> parts_but_of(const DumpIndex& index, std::size_t file,
                                   const std::vector<const DumpTable*>& tables) {
  const std::vector<PartSpan>& parts = index.files[file].parts;
  std::vector<std::uint64_t> wanted;
  for (const DumpTable* table : tables) {
    for (const RowRange& range : table->ranges) {
      wanted.push_back(range.begin);
      wanted.push_back(range.end - 1);
    }
  }
  std::vector<ByteSkip> skips;
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < parts.size(); begin = parts[i].end, ++i) {
    const bool rows = parts[i].kind == PartKind::rows;
    const bool keep = rows ? std::any_of(wanted.begin(), wanted.end(),
                                         [&](std::uint64_t at) { return at >= begin && at < parts[i].end; })
                           : tables.empty();
    if (keep || begin == parts[i].end) {
      continue;
    }
    const std::uint64_t lines = i + 1 < parts.size() ? parts[i + 1].first_line - parts[i].first_line : 0;
    if (!skips.empty() && skips.back().end == begin) {
      skips.back().end = parts[i].end;
      skips.back().lines += lines;
    } else {
      skips.push_back({begin, parts[i].end, lines});
    }
  }
  return skips;
}

}  // namespace

LoadPlan plan_load(const DumpIndex& index, unsigned jobs) {
  std::set<std::size_t> ordered;
  for (std::size_t file = 0; file < index.files.size(); ++file) {
    if (!index.files[file].ordered_because.empty()) {
      ordered.insert(file);
    }
  }
  for (const DumpTable& table : index.tables) {
    std::set<std::size_t> files;
    for (const RowRange& range : table.ranges) {
      files.insert(range.file);
    }
    if (files.size() > 1) {
      ordered.insert(files.begin(), files.end());
    }
  }
  std::vector<std::size_t> order = index.order;
  if (order.size() != index.files.size()) {
    order.resize(index.files.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
  }
  LoadPlan plan;
  for (const std::size_t file : order) {
    if (ordered.contains(file)) {
      plan.ordered.push_back(file);
      continue;
    }
    plan.side_by_side.push_back(file);
    for (LoadTask& task : tasks_of(index, file, std::max(jobs, 1U))) {
      plan.tasks.push_back(std::move(task));
    }
  }
  std::stable_sort(plan.tasks.begin(), plan.tasks.end(), by_bytes);
  return plan;
}

std::vector<ByteSkip> rows_but_of(const DumpIndex& index, std::size_t file,
                                  const std::vector<const DumpTable*>& tables) {
  if (!index.files[file].parts.empty()) {
    return parts_but_of(index, file, tables);
  }
  std::vector<ByteSkip> skips;
  for (const DumpTable& table : index.tables) {
    if (std::find(tables.begin(), tables.end(), &table) != tables.end()) {
      continue;
    }
    for (const RowRange& range : table.ranges) {
      if (range.file == file) {
        skips.push_back({range.begin, range.end, range.lines});
      }
    }
  }
  std::sort(skips.begin(), skips.end(), [](const ByteSkip& a, const ByteSkip& b) { return a.begin < b.begin; });
  return skips;
}

std::uint64_t end_of_rows(std::size_t file, const std::vector<const DumpTable*>& tables) {
  std::uint64_t end = 0;
  for (const DumpTable* table : tables) {
    for (const RowRange& range : table->ranges) {
      end = range.file == file ? std::max(end, range.end) : end;
    }
  }
  return end;
}

}  // namespace rehearsal
