// Restored means proven: what the server holds against what the dump's own tokens say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/load/restore.h"

namespace rehearsal {

struct Mismatch {
  enum class Kind {
    rows,     // another number of rows
    content,  // other values
    missing,  // the dump makes it, the server has none
    extra,    // the server has it, the dump does not
  };
  Kind kind = Kind::rows;
  std::string table;           // schema.table; views, triggers, routines and events too, where one is missing
  std::uint64_t expected = 0;  // rows
  std::uint64_t found = 0;
  std::string what;  // one sentence with the likely reason
};

struct Verification {
  std::uint64_t tables = 0;  // compared
  std::uint64_t rows = 0;    // counted in the server
  std::vector<Mismatch> mismatches;
  std::uint64_t contents = 0;             // tables whose values were compared as well
  std::vector<std::string> not_compared;  // tables whose values could not be: their INSERTs differ in form
  bool redumped = false;                  // and a dump of the server was compared with the dump
  double seconds = 0;

  [[nodiscard]] bool proven() const { return mismatches.empty(); }
  // "1,234 rows in 56 tables are there", or what differs.
  [[nodiscard]] std::string text() const;
};

// Counts every table of the dump, the server's own schemas left out, over several connections.
[[nodiscard]] Result<Verification> verify_counts(const SqlLogin& target, const DumpIndex& index, unsigned jobs = 0);

}  // namespace rehearsal
