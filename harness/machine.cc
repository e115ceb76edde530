#include "harness/machine.h"

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
