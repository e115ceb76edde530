// One dump file, or a part of it, into one connection. What all connections of a restore share is LoadShared.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "snapshots/dump_event.h"
#include "snapshots/restore.h"
#include "snapshots/restore_account.h"
#include "snapshots/selected_bytes.h"
#include "snapshots/sql.h"
#include "snapshots/table_load.h"

namespace rehearsal {

// A statement that is executed after all files' rows.
struct Postponed {
  DumpFile::Place place;
  std::string schema;  // in force
  std::string object;
  std::string text;
  std::string session = {};  // of a view: what sets the session for it
};

class LoadShared {
 public:
  LoadShared(RestoreAccount& as, const DumpIndex& of, const RestoreOptions& how)
      : account(as), target(as.login()), index(of), options(how) {}

  RestoreAccount& account;
  const RestoreTarget& target;  // as the account
  const DumpIndex& index;
  const RestoreOptions& options;
  unsigned server_version = 0;

  // Of the first connection to fail: the others stop soon after.
  std::atomic<bool> stop = false;

  void adapt(Adaptation adaptation);
  // False where the schema was told before.
  bool first_of_system_schema(const std::string& schema);
  void add(std::uint64_t statements, std::uint64_t rows);
  void change(const DumpEvent& event, const DumpFile::Place& place, const std::vector<SqlWarning>& warnings);
  void look_at(const DumpTable& table);
  // The table is filled anew.
  void start_again(const DumpTable& table);
  void tell(const std::string& file, const DumpEvent& event, std::uint64_t bytes);

  std::vector<Postponed> views;  // those that need a table of a later file
  bool events = false;
  RestoreReport report;  // while no other connection is at work

 private:
  std::mutex mutex_;
  std::set<std::string> system_schemas_;
  std::uint64_t done_ = 0;  // bytes
  Stopwatch since_told_;
};

enum class LoadPart {
  all,        // every statement in its order
  structure,  // all but rows and triggers, which are kept for later
  rows,       // rows, and what sets the session for them
};

// `rows`: of the part that loads rows, which is the only one that sends files.
[[nodiscard]] Result<std::unique_ptr<Sql>> open_restore_session(const RestoreTarget& target, bool rows = false);
// Executes a statement of the dump. One that is denied for a schema that is none of the server's is tried again with
// rights on it, so that the server says what is missing.
[[nodiscard]] bool execute_as(RestoreAccount& account, Sql& sql, std::string_view text);
// The same for a CREATE VIEW, which may call functions. `schema` is the one in use.
[[nodiscard]] bool execute_view(RestoreAccount& account, Sql& sql, std::string_view schema, std::string_view text);
[[nodiscard]] tl::unexpected<Error> restore_refusal(const DumpIndex& index, const Sql& sql,
                                                    const DumpFile::Place& place, std::string_view schema,
                                                    std::string_view object);

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
