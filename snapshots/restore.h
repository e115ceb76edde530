// From dump files to rows in a server.
//
// Where a file is as mysqldump writes it, all that holds no rows runs first; then tables are filled side by side, the
// largest first, each over a connection that has run the file's own SET statements; then the triggers are made. Rows go
// by LOAD DATA where that reads them as INSERT would (see load_form.h), and by INSERT otherwise. A file that looks at
// its rows again (see load_order.h) runs in its order. What is done otherwise than the dump says is listed (see
// restore_policy.h).
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

// A server and an account of it that may do all. The dump's own statements run as another, see restore_account.h.
struct RestoreTarget {
  std::filesystem::path socket;
  std::string user = "root";
  std::string password;
};

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

// `index` is of the same inputs. An Error of kind `unusable_dump` names file, line, object and the server's words where
// the server refuses a statement; one of kind `failed` where the server died or the disk is full.
[[nodiscard]] Result<RestoreReport> restore_dumps(const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                                  const RestoreTarget& target, const RestoreOptions& options = {});

}  // namespace rehearsal
