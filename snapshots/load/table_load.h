// Rows of one table at a time into a server: by LOAD DATA where the rows are in its form, by INSERT otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/load/load_form.h"
#include "snapshots/load/load_stream.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

class TableLoad {
 public:
  // Tables with fewer bytes of rows than `least_bytes` are left to INSERT: a LOAD DATA has a cost of its own.
  TableLoad(Sql& sql, const DumpIndex& index, unsigned server_version, std::uint64_t least_bytes)
      : sql_(sql), index_(index), server_version_(server_version), least_bytes_(least_bytes) {}

  // True: the rows of the event are taken. False: the caller is to INSERT them; nothing is under way then.
  [[nodiscard]] Result<bool> take(const DumpEvent& event);
  // To be called before any other statement on the connection. An Error is of the machine only; see redo().
  [[nodiscard]] Result<void> close();

  // Tables with rows that strict mode may refuse, as far as they were taken here.
  [[nodiscard]] const std::vector<const DumpTable*>& odd() const { return odd_; }
  // Tables that LOAD DATA did not fill as the dump says, now empty: INSERT says what is wrong with their rows.
  [[nodiscard]] const std::vector<const DumpTable*>& redo() const { return redo_; }

 private:
  [[nodiscard]] Result<bool> open(const DumpEvent& event);
  [[nodiscard]] bool takes(std::string_view tuples);
  [[nodiscard]] Result<bool> session_allows();
  [[nodiscard]] Result<std::string> character_set_of_file();

  Sql& sql_;
  const DumpIndex& index_;
  unsigned server_version_;
  std::uint64_t least_bytes_;

  const DumpTable* table_ = nullptr;  // of the events now
  bool by_insert_ = false;            // the table's
  std::string head_;
  std::optional<LoadForm> form_;
  std::optional<LoadStream> stream_;
  std::uint64_t rows_ = 0;
  std::string character_set_;
  std::vector<const DumpTable*> redo_;
  std::vector<const DumpTable*> odd_;
};

}  // namespace rehearsal
