// One dump file, or a part of it, into one connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/bytes/selected_bytes.h"
#include "snapshots/load/load_shared.h"
#include "snapshots/load/table_load.h"
#include "snapshots/scan/dump_event.h"

namespace rehearsal {

enum class LoadPart {
  all,        // every statement in its order
  structure,  // all but rows and triggers, which are kept for later
  rows,       // rows, and what sets the session for them
};

class FileLoad {
 public:
  // `bytes` maps places of the stream to the file's; null: they are the same.
  FileLoad(LoadShared& shared, const DumpFile& about, LoadPart part, std::unique_ptr<Sql> sql,
           const SelectedBytes* bytes, bool by_insert);

  [[nodiscard]] Result<void> take(const DumpEvent& event);
  [[nodiscard]] Result<void> finish();

  // After finish(): tables that are to be filled again, by INSERT.
  [[nodiscard]] const std::vector<const DumpTable*>& redo() const { return rows_.redo(); }
  // structure: the triggers, and what sets the session for each, in order.
  [[nodiscard]] const std::vector<Postponed>& triggers() const { return triggers_; }
  [[nodiscard]] Sql& sql() { return *sql_; }

 private:
  [[nodiscard]] Result<void> take_mapped(const DumpEvent& event);
  [[nodiscard]] Result<void> take_owned(const DumpEvent& event);
  // Left out where it is denied; an Error where the server refuses it otherwise.
  [[nodiscard]] Result<void> execute_or_leave_out(const DumpEvent& event);
  void leave_out_denied(const DumpEvent& event);
  [[nodiscard]] Result<void> run(const DumpEvent& event);
  [[nodiscard]] Result<void> execute(const DumpEvent& event, std::string_view text);
  [[nodiscard]] Result<void> session(const DumpEvent& event);
  [[nodiscard]] Result<void> insert(const DumpEvent& event);
  [[nodiscard]] Result<void> execute_insert(const DumpEvent& event, std::string_view text);
  [[nodiscard]] Result<void> enter(const DumpEvent& event);
  [[nodiscard]] Result<void> change_schema(const DumpEvent& event, std::string_view schema);
  [[nodiscard]] Result<void> drop(const DumpEvent& event);
  [[nodiscard]] Result<void> create_view(const DumpEvent& event);
  [[nodiscard]] Result<void> create_event(const DumpEvent& event);
  [[nodiscard]] Result<void> read_table_warnings(const DumpEvent& event);
  [[nodiscard]] DumpFile::Place place(const DumpEvent& event) const;
  void adapt(const DumpEvent& event, std::string kind, std::string what);
  void keep(const DumpEvent& event);

  LoadShared& shared_;
  const DumpFile& about_;
  std::string file_;  // its name
  LoadPart part_;
  std::unique_ptr<Sql> sql_;
  const SelectedBytes* bytes_;
  TableLoad rows_;
  bool by_insert_;
  std::vector<Postponed> triggers_;
  const DumpTable* inserted_ = nullptr;  // the table of the last INSERT
  std::string current_schema_;
  std::string statement_;
  std::optional<DumpFile::Place> unknown_zone_;
  bool dump_uses_ = false;
};

}  // namespace rehearsal
