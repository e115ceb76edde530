// Processes on this machine, found through /proc: the ones that belong to a run, and the state of one.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace rehearsal {

// The variable that marks every process of a run; sandboxes and what runs in them carry it.
inline constexpr const char* kRunVariable = "REHEARSAL_RUN";

struct MarkedProcess {
  int pid = 0;
  std::string name;  // as the kernel knows it, at most 15 bytes
  std::string run;
};

// Every process whose environment we may read and that carries the mark.
[[nodiscard]] Result<std::vector<MarkedProcess>> marked_processes();

// Kills the processes of these runs and waits until they are gone; "process 17 (mariadbd)". An Error where one of them
// cannot be killed, after the others.
[[nodiscard]] Result<std::vector<std::string>> kill_marked(const std::vector<std::string>& runs);
// A killed process still holds its files for a moment, and a sandbox's monitor ends before what it watched: waits for
// the process's end, ten seconds at most.
void wait_gone(int pid);

// Children, their children, and so on; the nearest first.
[[nodiscard]] std::vector<int> descendants_of(int pid);
// The nearest descendant of `pid` with this name; 0 where there is none.
[[nodiscard]] int descendant_named(int pid, const std::string& name);

// Waits until every thread of a process is stopped by a signal.
Result<void> wait_stopped(int pid, double timeout_seconds);

}  // namespace rehearsal
