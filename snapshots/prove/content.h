// What the rows of a table hold, as one number that does not depend on their order: from a dump's tokens, and again
// from a server that was filled with them.
//
// A row's hash is of its values as mysqldump writes them and as the server tells them: text, NULL apart, in the
// character set and time zone of the dump. A table's content is the sum of its rows' hashes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/prove/verify.h"
#include "snapshots/scan/row_values.h"

namespace rehearsal {

struct TableContent {
  std::uint64_t rows = 0;
  std::uint64_t low = 0, high = 0;    // the sum, modulo 2^64 each
  std::vector<std::string> columns;   // as the INSERTs name them; empty: all that SELECT * gives
  bool columns_differ = false;        // the INSERTs name different ones: cannot be compared
  std::string character_set;          // of SET NAMES, empty where the dump sets none
  std::string time_zone;              // likewise
  std::set<std::size_t> long_places;  // of the columns whose long values are told by their checksum

  void add(const Row& row);
  [[nodiscard]] bool same_rows(const TableContent& other) const {
    return rows == other.rows && low == other.low && high == other.high;
  }
};

// What SET NAMES and SET TIME_ZONE said before a row was written; empty where the dump sets none.
struct RowSession {
  std::string character_set;
  std::string time_zone;

  void heed(std::string_view statement);
};

using Contents = std::map<std::pair<std::string, std::string>, TableContent>;  // by schema and table

// Of all tables with rows but the server's own.
[[nodiscard]] Result<Contents> contents_of_dumps(const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                                 unsigned jobs = 0);
// Each INSERT of one table, in order.
[[nodiscard]] Result<void> for_each_insert(const std::vector<DumpInput>& inputs, const DumpIndex& index,
                                           const DumpTable& table,
                                           const std::function<void(const RowValues&, const RowSession&)>& take);
// The table as the server holds it, told with the columns, character set and time zone of `like`.
[[nodiscard]] Result<TableContent> content_of_table(Sql& sql, const std::string& schema, const std::string& table,
                                                    const TableContent& like);

// verify_counts, and the contents of every table; those of the dumps are left in `contents`, where it is given.
[[nodiscard]] Result<Verification> verify_content(const SqlLogin& target, const std::vector<DumpInput>& inputs,
                                                  const DumpIndex& index, unsigned jobs = 0,
                                                  Contents* contents = nullptr);

}  // namespace rehearsal
