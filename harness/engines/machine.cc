#include "harness/engines/machine.h"

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include <unistd.h>

#include "base/files.h"
#include "base/text.h"

namespace rehearsal {

namespace {

std::uint64_t memory_bytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long size = ::sysconf(_SC_PAGE_SIZE);
  std::uint64_t bytes =
      pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) : 0;
  const std::string limit(trim(read_file("/sys/fs/cgroup/memory.max").value_or("")));  // "max": none
  if (const auto limited = parse_size(limit); !limit.empty() && limited && *limited > 0) {
    bytes = bytes == 0 ? *limited : std::min(bytes, *limited);
  }
  return bytes;
}

}  // namespace

Machine this_machine() {
  std::array<char, 256> name{};
  Machine machine;
  machine.host = ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
  machine.cores = static_cast<int>(std::thread::hardware_concurrency());
  machine.memory_bytes = memory_bytes();
  return machine;
}

std::uint64_t available_memory() {
  for (const std::string& line : lines_of(read_file("/proc/meminfo").value_or(""))) {
    if (line.starts_with("MemAvailable:")) {
      const std::string_view number = trim(std::string_view(line).substr(line.find(':') + 1));
      const auto kib = parse_size(std::string(number.substr(0, number.find(' '))));
      const std::uint64_t most = memory_bytes();
      return kib ? std::min(*kib * 1024, most == 0 ? *kib * 1024 : most) : 0;
    }
  }
  return 0;
}

std::vector<std::string> too_small(std::uint64_t free_disk, std::uint64_t free_memory) {
  // The environments of one service on a path, a golden of a server's own tables, and clones of it.
  constexpr std::uint64_t kDisk = 3'000'000'000;
  // A server with the least memory that it is given, the one beside it that changes are compared with, and a step.
  constexpr std::uint64_t kMemory = 1'500'000'000;
  std::vector<std::string> problems;
  if (free_disk > 0 && free_disk < kDisk) {
    problems.push_back(human_bytes(free_disk) + " of disk are free; the smallest run needs " + human_bytes(kDisk) +
                       ", a large dump several times its size");
  }
  if (free_memory > 0 && free_memory < kMemory) {
    problems.push_back(human_bytes(free_memory) + " of memory are free; the smallest run needs " +
                       human_bytes(kMemory));
  }
  return problems;
}

std::string to_text(const Machine& machine) {
  std::vector<std::string> parts;
  if (machine.cores > 0) {
    parts.push_back(plural(static_cast<std::uint64_t>(machine.cores), "core"));
  }
  if (machine.memory_bytes > 0) {
    parts.push_back(human_bytes(machine.memory_bytes) + " of memory");
  }
  const std::string size = join(parts, ", ");
  return machine.host.empty() ? size : size.empty() ? machine.host : machine.host + " (" + size + ")";
}

}  // namespace rehearsal
