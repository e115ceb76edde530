// How a restore is to be done, how far it is, and what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "snapshots/index/dump_index.h"
#include "snapshots/index/restore_policy.h"

namespace rehearsal {

// The server changed values as it stored them, as it does where no strict mode forbids it.
struct ChangedRows {
  std::string table;    // schema.table
  unsigned number = 0;  // the server's warning, such as 1265 or 1366
  std::string message;  // the first of them
  std::string file;
  std::uint64_t line = 0;   // of the statement
  std::uint64_t times = 0;  // at least: the server tells at most 64 of each statement
};

struct RestoreReport {
  std::vector<Adaptation> adaptations;
  std::uint64_t statements = 0;  // executed
  std::uint64_t rows = 0;        // in the INSERT statements executed
  std::uint64_t bytes = 0;       // of dump text read, uncompressed
  std::vector<ChangedRows> changed;
  // Of the index: tables that may hold rows which strict mode refuses; see row_audit.h.
  std::vector<const DumpTable*> look_at;
  double seconds = 0;

  [[nodiscard]] std::vector<std::string> adaptation_lines() const;
};

struct RestoreProgress {
  std::string file;        // its name
  std::uint64_t done = 0;  // bytes of all files, uncompressed
  std::uint64_t all = 0;
  std::string object;      // schema.table being loaded; may be empty
  std::uint64_t rows = 0;  // so far, all files
};

struct RestoreOptions {
  unsigned jobs = 0;                                   // connections that load rows; 0: as many as there are processors
  std::uint64_t least_bytes = std::uint64_t{1} << 16;  // of a table's rows for LOAD DATA
  std::function<void(const RestoreProgress&)> progress;  // one call at a time, from any thread
};

}  // namespace rehearsal
