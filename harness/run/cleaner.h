// Cleaning up after runs that are dead: containers, processes, mounts and folders. Live runs are never touched;
// reports and goldens stay.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/talk.h"
#include "harness/engines/engine.h"

namespace rehearsal {

struct Cleaned {
  std::vector<std::string> removed;  // what was removed, for people
  std::vector<std::string> kept;     // what stays and why
  std::vector<std::string> failed;   // what could not be removed, and why
};

// `keep_clones`: what finished runs keep for a look stays, and what broken-off ones can go on from.
[[nodiscard]] Result<Cleaned> clean_up(const std::filesystem::path& state, const EngineOptions& options,
                                       bool keep_clones, Talk& talk);

// Ends servers and steps of a run whose process is dead, whatever engine held them.
[[nodiscard]] Result<void> remove_leftovers(const EngineOptions& options, const std::string& run);

// Removes what one run left outside its own folder: called at the end of a run, and by clean_up for dead ones.
void remove_short_dir(const std::string& run);

// What a run keeps outside its folder goes with it, however the run ends.
class RunGuard {
 public:
  explicit RunGuard(std::string run) : run_(std::move(run)) {}
  RunGuard(const RunGuard&) = delete;
  RunGuard& operator=(const RunGuard&) = delete;
  ~RunGuard() { remove_short_dir(run_); }

 private:
  std::string run_;
};

}  // namespace rehearsal
