// A server of a run: on a data directory, or on a clone that is the server's own and goes with it. Named, held and
// cleaned up with the run. The accounts of a service came with the data; the harness logs in through the socket.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sql/sql.h"
#include "base/talk.h"
#include "harness/engines/engine.h"
#include "harness/server/state.h"
#include "snapshots/keep/store.h"

namespace rehearsal {

// Where servers are started, and how. The objects outlive it and every server that was started by it.
struct ServerPlace {
  Engine& engine;
  Store& store;
  const RunDir& run;
  Talk& talk;
  std::string root_password = {};
  std::vector<std::string> options = {};  // production parity
  std::uint64_t memory_bytes = 0;
  std::string of = {};           // the service whose servers they are: begins their names
  bool logs_statements = false;  // every statement is written to statement_log()
};

// Nothing but the process. `name` is the server's within the run: its socket and logs are in run.short_dir() / name.
[[nodiscard]] Result<std::unique_ptr<Server>> start_run_server(Engine& engine, const RunDir& run,
                                                               const std::string& name,
                                                               const std::filesystem::path& data,
                                                               const std::vector<std::string>& options,
                                                               std::uint64_t memory_bytes);

class RunServer {
 public:
  // `name` tells it from the others of the place ("" for a service's own).
  [[nodiscard]] static Result<std::unique_ptr<RunServer>> start(const ServerPlace& place, const std::string& name,
                                                                const std::filesystem::path& data);
  // On a clone of `from`, a stopped server's data, which is made as `clone` and removed with the object; where the
  // start fails, at once.
  [[nodiscard]] static Result<std::unique_ptr<RunServer>> on_clone(const ServerPlace& place, const std::string& name,
                                                                   const std::filesystem::path& from,
                                                                   const std::filesystem::path& clone);
  // The same on a copy of what `seen` has at this moment; see copy_to().
  [[nodiscard]] static Result<std::unique_ptr<RunServer>> on_copy(const ServerPlace& place, const std::string& name,
                                                                  RunServer& seen, const std::filesystem::path& copy);
  // Kills a server that still runs. A clone that cannot be removed is warned of.
  ~RunServer();
  RunServer(const RunServer&) = delete;
  RunServer& operator=(const RunServer&) = delete;

  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  [[nodiscard]] Server& server() { return *server_; }
  // In the mode that the services' database library asks for.
  [[nodiscard]] Sql& sql() { return *sql_; }
  // A further connection of the same kind.
  [[nodiscard]] Result<std::unique_ptr<Sql>> connect() const;
  // Of a place that logs: harness/locks/statement_log.h reads it.
  [[nodiscard]] const std::filesystem::path& statement_log() const { return statement_log_; }

  // A copy of the data directory as it is at this moment, as after a power cut: the server stands still meanwhile and
  // goes on, also where the copy fails. What only tables in memory hold is not in it without FLUSH TABLES before.
  Result<void> copy_to(const std::filesystem::path& target);

  // On the same data once more, after its process was killed: it recovers as after a power cut.
  Result<void> start_again();

  // In good order, so that the data directory can be looked at later.
  Result<void> stop();
  void kill();
  // A clone of its own outlives it from now on.
  void keep_data() { owns_data_ = false; }
  // Kills it, and removes a clone of its own.
  Result<void> discard();

 private:
  // `made`: whether the clone is there; half of one is removed, too.
  [[nodiscard]] static Result<std::unique_ptr<RunServer>> own(const ServerPlace& place, const std::string& name,
                                                              const std::filesystem::path& clone,
                                                              const Result<void>& made);
  RunServer(const ServerPlace& place, const std::string& name, std::filesystem::path data);
  Result<void> start_process();

  ServerPlace place_;  // with what makes the server log
  std::string name_;   // within the run
  std::filesystem::path data_;
  std::filesystem::path statement_log_;
  bool owns_data_ = false;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Sql> sql_;
};

}  // namespace rehearsal
