// What all connections of a restore share, and how they speak to the server.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sql/sql.h"
#include "snapshots/load/restore_account.h"
#include "snapshots/load/restore_report.h"
#include "snapshots/scan/dump_event.h"

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
  const SqlLogin& target;  // as the account
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

// `rows`: of the part that loads rows, which is the only one that sends files.
[[nodiscard]] Result<std::unique_ptr<Sql>> open_restore_session(const SqlLogin& target, bool rows = false);
// Executes a statement of the dump. One that is denied for a schema that is none of the server's is tried again with
// rights on it, so that the server says what is missing.
[[nodiscard]] bool execute_as(RestoreAccount& account, Sql& sql, std::string_view text);
// The same for a CREATE VIEW, which may call functions. `schema` is the one in use.
[[nodiscard]] bool execute_view(RestoreAccount& account, Sql& sql, std::string_view schema, std::string_view text);
// "file, line 7, schema.object", for messages.
[[nodiscard]] std::string place_of(const DumpFile::Place& at, std::string_view schema, std::string_view object);
[[nodiscard]] tl::unexpected<Error> restore_refusal(const DumpIndex& index, const Sql& sql,
                                                    const DumpFile::Place& place, std::string_view schema,
                                                    std::string_view object);

}  // namespace rehearsal
