// What a run was asked for: STATE/runs/RUN/request.json, so that `rehearse resume` can go on with it. The scenario is
// kept as it was when the run began; it may hold secrets and never leaves the state directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace rehearsal {

struct RunRequest {
  std::filesystem::path scenario_file;  // absolute; what it names is relative to it
  std::string scenario_text;
  std::filesystem::path catalogue;  // absolute; empty: the program's own
  std::filesystem::path out;        // absolute; empty: the run's own folder
  std::string engine;               // as asked for
  std::string verify;
  bool twin = true;
  bool purged = false;
  double sample_seconds = 0;  // 0: no sample
  std::string from_step;
  std::vector<std::string> map_collations = {};  // "FROM=TO"
  std::vector<std::string> sittings = {};        // when each began, UTC
  bool over = false;                             // it came to its end: there is nothing to go on with
};

[[nodiscard]] Result<void> write_request(const std::filesystem::path& run, const RunRequest& request);
// An Error of kind `usage` where the run was broken off before it was written.
[[nodiscard]] Result<RunRequest> read_request(const std::filesystem::path& run);

}  // namespace rehearsal
