#include "harness/engines/marked_processes.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/os/calls.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// What follows the name in /proc/PID/stat: state, parent, …; the name itself may hold spaces and brackets.
std::vector<std::string> stat_fields(const fs::path& folder) {
  const std::string text = read_file(folder / "stat").value_or("");
  const std::size_t bracket = text.rfind(')');
  return bracket == std::string::npos || bracket + 2 > text.size() ? std::vector<std::string>()
                                                                   : split(text.substr(bracket + 2), ' ');
}

std::string name_of(const fs::path& folder) {
  return std::string(trim(read_file(folder / "comm").value_or("")));
}

Result<std::vector<int>> all_pids() {
  std::vector<int> pids;
  REHEARSAL_TRY_SET(const std::vector<fs::path> entries, entries_of("/proc"));
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename();
    if (name.find_first_not_of("0123456789") == std::string::npos) {
      pids.push_back(std::stoi(name));
    }
  }
  return pids;
}

fs::path folder_of(int pid) {
  return fs::path("/proc") / std::to_string(pid);
}

// Empty for a process that is gone, and for one that may not be looked at, which is none of ours.
Result<std::string> environ_of(int pid) {
  const fs::path file = folder_of(pid) / "environ";
  Result<std::string> text = read_file(file);
  if (!text) {
    const Descriptor again = open_file(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool none = !again.ok() && (errno == ENOENT || errno == ESRCH || errno == EACCES || errno == EPERM);
    return none ? Result<std::string>() : text;
  }
  return text;
}

}  // namespace

Result<std::vector<MarkedProcess>> marked_processes() {
  const std::string mark = std::string(kRunVariable) + "=";
  std::vector<MarkedProcess> found;
  REHEARSAL_TRY_SET(const std::vector<int> pids, all_pids());
  for (const int pid : pids) {
    REHEARSAL_TRY_SET(const std::string environ, environ_of(pid));
    for (const std::string& entry : split(environ, '\0')) {
      if (entry.starts_with(mark)) {
        found.push_back({pid, name_of(folder_of(pid)), entry.substr(mark.size())});
        break;
      }
    }
  }
  return found;
}

void wait_gone(int pid) {
  const Stopwatch watch;
  while (pid > 0 && os::kill(pid, 0) == 0 && watch.seconds() < 10) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Result<std::vector<std::string>> kill_marked(const std::vector<std::string>& runs) {
  std::vector<std::string> killed;
  std::vector<int> pids;
  Result<void> all;
  REHEARSAL_TRY_SET(const std::vector<MarkedProcess> marked, marked_processes());
  for (const MarkedProcess& process : marked) {
    if (process.pid == ::getpid() || std::find(runs.begin(), runs.end(), process.run) == runs.end()) {
      continue;
    }
    const std::string name = "process " + std::to_string(process.pid) + " (" + process.name + ")";
    if (os::kill(process.pid, SIGKILL) == 0) {
      killed.push_back(name);
      pids.push_back(process.pid);
    } else if (errno != ESRCH && all) {
      all = fail("cannot kill what a run left: " + std::string(std::strerror(errno)), name);
    }
  }
  std::for_each(pids.begin(), pids.end(), wait_gone);
  REHEARSAL_TRY(all);
  return killed;
}

std::vector<int> descendants_of(int pid) {
  std::multimap<int, int> children;
  for (const int one : all_pids().value_or(std::vector<int>())) {
    const std::vector<std::string> fields = stat_fields(folder_of(one));
    if (fields.size() > 1 && !fields[1].empty()) {
      children.emplace(std::stoi(fields[1]), one);
    }
  }
  std::vector<int> found;
  const auto add_children_of = [&](int one) {
    const auto [begin, end] = children.equal_range(one);
    for (auto child = begin; child != end; ++child) {
      found.push_back(child->second);
    }
  };
  add_children_of(pid);
  for (std::size_t i = 0; i < found.size(); ++i) {
    add_children_of(found[i]);
  }
  return found;
}

int descendant_named(int pid, const std::string& name) {
  for (const int one : descendants_of(pid)) {
    if (name_of(folder_of(one)) == name) {
      return one;
    }
  }
  return 0;
}

Result<void> wait_stopped(int pid, double timeout_seconds) {
  const Stopwatch watch;
  for (;;) {
    bool all = true;
    REHEARSAL_TRY_SET(const std::vector<fs::path> tasks, entries_of(folder_of(pid) / "task"));
    if (tasks.empty()) {
      return fail("the process is gone", "process " + std::to_string(pid));
    }
    for (const fs::path& task : tasks) {
      const std::vector<std::string> fields = stat_fields(task);
      all = all && !fields.empty() && (fields[0] == "T" || fields[0] == "t");
    }
    if (all) {
      return {};
    }
    if (watch.seconds() > timeout_seconds) {
      return fail("the process did not stop within " + human_seconds(timeout_seconds),
                  "process " + std::to_string(pid));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace rehearsal
