#include "harness/engines/control_group.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/contains.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/os/folders.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Files of the kernel take one word and no renaming over.
bool write_setting(const fs::path& file, const std::string& value) {
  const Descriptor setting = open_file(file.c_str(), O_WRONLY | O_CLOEXEC);
  return setting.ok() && unbroken([&] { return os::write(setting.get(), value.data(), value.size()); }) ==
                             static_cast<ssize_t>(value.size());
}

// Where a controller is mounted; "" is version 2, which has them all.
fs::path mount_of(const std::string& controller) {
  for (const std::string& line : lines_of(read_file("/proc/self/mounts").value_or(""))) {
    const std::vector<std::string> fields = split(line, ' ');
    if (fields.size() < 4) {
      continue;
    }
    const std::string options = "," + fields[3] + ",";
    if (controller.empty() ? fields[2] == "cgroup2"
                           : fields[2] == "cgroup" && options.find("," + controller + ",") != std::string::npos) {
      return fields[1];
    }
  }
  return {};
}

// The group that we are in, as a path below the mount.
fs::path own_group(const std::string& controller) {
  for (const std::string& line : lines_of(read_file("/proc/self/cgroup").value_or(""))) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controller.empty() ? names == ",," : names.find("," + controller + ",") != std::string::npos) {
      return fs::path(line.substr(second + 1)).relative_path();
    }
  }
  return {};
}

std::string text_of(std::uint64_t value) {
  return std::to_string(value);
}

bool make_folder(const fs::path& folder) {
  return os::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST;
}

}  // namespace

std::optional<ControlGroup> ControlGroup::make(const std::string& name, const StepLimits& limits) {
  ControlGroup group;
  const auto processes = static_cast<std::uint64_t>(limits.processes);
  const fs::path pids = mount_of("pids");
  const fs::path memory = mount_of("memory");
  if (!pids.empty() && !memory.empty()) {
    const fs::path of_pids = pids / own_group("pids") / name;
    const fs::path of_memory = memory / own_group("memory") / name;
    for (const fs::path& folder : {of_pids, of_memory}) {
      if (!make_folder(folder)) {
        return std::nullopt;
      }
      group.folders_.push_back(folder);
    }
    if ((limits.processes > 0 && !write_setting(of_pids / "pids.max", text_of(processes))) ||
        (limits.memory > 0 && !write_setting(of_memory / "memory.limit_in_bytes", text_of(limits.memory)))) {
      return std::nullopt;
    }
    if (limits.memory > 0) {
      // Missing where the kernel does not count swap.
      static_cast<void>(write_setting(of_memory / "memory.memsw.limit_in_bytes", text_of(limits.memory)));
    }
    return group;
  }
  const fs::path all = mount_of("");
  if (all.empty()) {
    return std::nullopt;
  }
  // Beside ours or, where that is no place for processes, at the top.
  for (const fs::path& parent : {all / own_group("").parent_path(), all}) {
    const std::string controllers =
        " " + std::string(trim(read_file(parent / "cgroup.subtree_control").value_or(""))) + " ";
    const bool has = contains(controllers, " memory ") && contains(controllers, " pids ");
    if (!has && !write_setting(parent / "cgroup.subtree_control", "+memory +pids")) {
      continue;
    }
    const fs::path folder = parent / name;
    if (!make_folder(folder)) {
      continue;
    }
    group.folders_ = {folder};
    if ((limits.processes > 0 && !write_setting(folder / "pids.max", text_of(processes))) ||
        (limits.memory > 0 && !write_setting(folder / "memory.max", text_of(limits.memory)))) {
      return std::nullopt;
    }
    static_cast<void>(write_setting(folder / "memory.swap.max", "0"));
    return group;
  }
  return std::nullopt;
}

namespace {

// The last process may still be on its way out.
bool remove_group(const fs::path& folder) {
  for (int i = 0; i < 100; ++i) {
    if (os::rmdir(folder.c_str()) == 0) {
      return true;
    }
    if (errno != EBUSY) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

void remove_groups_below(const fs::path& parent, const std::vector<std::string>& runs,
                         std::vector<std::string>& removed) {
  std::error_code error;
  for (const fs::directory_entry& entry : os::entries(parent, error)) {
    if (!entry.is_directory(error)) {
      continue;
    }
    const std::string name = entry.path().filename().string();
    const bool ours = std::any_of(runs.begin(), runs.end(),
                                  [&](const std::string& run) { return name.starts_with("rehearsal-" + run + "-"); });
    if (!ours) {
      remove_groups_below(entry.path(), runs, removed);
    } else if (remove_group(entry.path())) {
      removed.push_back("control group " + entry.path().string());
    }
  }
}

}  // namespace

std::vector<std::string> remove_control_groups(const std::vector<std::string>& runs) {
  std::set<fs::path> mounts = {mount_of("pids"), mount_of("memory"), mount_of("")};
  mounts.erase(fs::path());
  std::vector<std::string> removed;
  for (const fs::path& mount : mounts) {
    remove_groups_below(mount, runs, removed);
  }
  return removed;
}

ControlGroup::ControlGroup(ControlGroup&& other) noexcept : folders_(std::exchange(other.folders_, {})) {}

ControlGroup::~ControlGroup() {
  for (const fs::path& folder : folders_) {
    static_cast<void>(remove_group(folder));
  }
}

std::vector<std::string> ControlGroup::join_words() const {
  std::string script;
  std::vector<std::string> words = {"/bin/sh", "-c", "", "sh"};
  for (std::size_t i = 0; i < folders_.size(); ++i) {
    script += "echo $$ >\"$" + std::to_string(i + 1) + "\" || exit 125; ";
    words.push_back((folders_[i] / "cgroup.procs").string());
  }
  words[2] = script + "shift " + std::to_string(folders_.size()) + "; exec \"$@\"";
  return words;
}

std::string ControlGroup::exceeded() const {
  std::string events;
  for (const fs::path& folder : folders_) {
    for (const char* const name : {"memory.events", "memory.oom_control", "pids.events"}) {
      for (const std::string& line : lines_of(read_file(folder / name).value_or(""))) {
        events += (folder / name).string() + " " + line + "\n";
      }
    }
  }
  return exceeded_in(events);
}

std::string exceeded_in(const std::string& events) {
  for (const std::string& line : lines_of(events)) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() < 3 || words.back() == "0") {
      continue;
    }
    const std::string& counted = words[words.size() - 2];
    const std::string& file = words.front();
    if (counted == "oom_kill" && (file.ends_with("memory.events") || file.ends_with("memory.oom_control"))) {
      return "memory";
    }
    if (counted == "max" && file.ends_with("pids.events")) {
      return "processes";
    }
  }
  return {};
}

}  // namespace rehearsal
