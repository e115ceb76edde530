#include "harness/engines/room_watch.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/os/calls.h"
#include "base/text.h"
#include "harness/engines/marked_processes.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kBlock = 4096;

fs::path proc_folder(int pid) {
  return fs::path("/proc") / std::to_string(pid);
}

std::uint64_t resident_bytes(int pid) {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
  const std::vector<std::string> sizes = split(read_file(proc_folder(pid) / "statm").value_or(""), ' ');
  return sizes.size() > 1 && is_digits(sizes[1]) ? std::stoull(sizes[1]) * page : 0;
}

}  // namespace

std::uint64_t memory_below(int pid) {
  std::uint64_t bytes = 0;
  for (const int one : descendants_of(pid)) {
    std::optional<std::uint64_t> share;
    for (const std::string& line : lines_of(read_file(proc_folder(one) / "smaps_rollup").value_or(""))) {
      if (line.starts_with("Pss:")) {
        share = std::strtoull(line.c_str() + 4, nullptr, 10) * 1024;
        break;
      }
    }
    bytes += share ? *share : resident_bytes(one);
  }
  return bytes;
}

Taken taken_below(int pid) {
  Taken taken;
  for (const int one : descendants_of(pid)) {
    const fs::path folder = proc_folder(one);
    taken.memory += resident_bytes(one);
    taken.processes += entries_of(folder / "task").value_or(std::vector<fs::path>()).size();
  }
  return taken;
}

std::uint64_t bytes_written(const StepSpec& step) {
  std::uint64_t bytes = 0;
  for (const Mount& mount : step.mounts) {
    if (!mount.writable) {
      continue;
    }
    for (const fs::path& entry : tree_of(mount.from).value_or(std::vector<fs::path>())) {
      struct stat status {};
      if (os::lstat(entry.c_str(), &status) == 0) {
        bytes += std::max(kBlock, static_cast<std::uint64_t>(status.st_blocks) * 512);
      }
    }
  }
  return bytes;
}

std::function<std::string(int)> room_watch(const StepSpec& step, std::function<std::string(int)> more) {
  struct Pace {
    Stopwatch since;
    double every = 0.4;
  };
  const auto pace = std::make_shared<Pace>();
  return [step, more = std::move(more), pace](int pid) -> std::string {
    if (more) {
      if (std::string word = more(pid); !word.empty()) {
        return word;
      }
    }
    if (step.limits.files == 0 || pace->since.seconds() < pace->every) {
      return {};
    }
    const Stopwatch walk;
    const std::uint64_t bytes = bytes_written(step);
    pace->every = std::max(0.4, walk.seconds() * 10);
    pace->since = Stopwatch();
    return bytes > step.limits.files ? "files" : "";
  };
}

std::function<std::string(int)> killing_watch(const StepSpec& step, std::function<std::string(int)> limits,
                                              std::function<void(int)> kill) {
  if (!step.killed_for) {
    return limits;
  }
  return [killed_for = step.killed_for, limits = std::move(limits), kill = std::move(kill)](int pid) {
    std::string word = killed_for();
    if (!word.empty()) {
      kill(pid);
      return word;
    }
    return limits ? limits(pid) : word;
  };
}

void empty_work(const StepSpec& step) {
  for (const Mount& mount : step.mounts) {
    if (!mount.writable) {
      continue;
    }
    for (const fs::path& entry : entries_of(mount.from).value_or(std::vector<fs::path>())) {
      remove_tree(entry);
    }
  }
}

}  // namespace rehearsal
