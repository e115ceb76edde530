// A control group of the kernel's, of either version, that holds the memory and the number of processes of what runs in
// it. Only who may write below /sys/fs/cgroup has them; elsewhere the room is watched instead (room_watch.h).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/step_limits.h"

namespace rehearsal {

class ControlGroup {
 public:
  // nullopt where this machine lets us make none with these limits.
  [[nodiscard]] static std::optional<ControlGroup> make(const std::string& name, const StepLimits& limits);
  ControlGroup(ControlGroup&& other) noexcept;
  ControlGroup& operator=(ControlGroup&&) = delete;
  ~ControlGroup();  // removes it; it must be empty

  // Words before a program that put it in.
  [[nodiscard]] std::vector<std::string> join_words() const;
  // "memory" or "processes", where something in it was refused or ended for that; empty: nothing was.
  [[nodiscard]] std::string exceeded() const;

 private:
  ControlGroup() = default;
  std::vector<std::filesystem::path> folders_;
};

// Removes the groups of runs that are dead, and that nothing is in any more; what was removed, for people.
[[nodiscard]] std::vector<std::string> remove_control_groups(const std::vector<std::string>& runs);

// What the kernel counted, in the words of its files pids.events, memory.events and memory.oom_control, each line with
// its file's path before it. As exceeded().
[[nodiscard]] std::string exceeded_in(const std::string& events);

}  // namespace rehearsal
