// From dump files to rows in a server. Statements run in the order of the file, one connection a file; what is done
// otherwise than the dump says is listed (see restore_policy.h).
//
// The server is a throw-away one: see server_options.h for its settings. It holds no other data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshots/dump_index.h"
#include "snapshots/restore_policy.h"

namespace rehearsal {

struct RestoreTarget {
  std::filesystem::path socket;
  std::string user = "root";
  std::string password;
};

struct RestoreReport {
  std::vector<Adaptation> adaptations;
  std::uint64_t statements = 0;  // executed
  std::uint64_t rows = 0;        // in the INSERT statements executed
  std::uint64_t bytes = 0;       // of dump text read, uncompressed
  double seconds = 0;

  [[nodiscard]] std::vector<std::string> adaptation_lines() const;
};

struct RestoreProgress {
  std::string file;        // its name
  std::uint64_t done = 0;  // bytes of the file on disk, compressed as it is
  std::uint64_t all = 0;
  std::string object;      // schema.table being loaded; may be empty
  std::uint64_t rows = 0;  // so far, all files
};

// `index` is of the same inputs. An Error of kind `unusable_dump` names file, line, object and the server's words where
// the server refuses a statement; one of kind `failed` where the server died or the disk is full.
[[nodiscard]] Result<RestoreReport> restore_dumps(const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                                  const RestoreTarget& target,
                                                  const std::function<void(const RestoreProgress&)>& progress = {});

}  // namespace rehearsal
