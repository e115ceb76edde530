// A server of a lane: on the lane's own data, on a copy of a checkpoint to look back at, or on one to try a fix on. The
// accounts of the service came with the data; the harness logs in through the socket.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/engines/engine.h"
#include "harness/server/lane_context.h"

namespace rehearsal {

class LaneServer {
 public:
  LaneServer(const LaneServer&) = delete;
  LaneServer& operator=(const LaneServer&) = delete;

  // `name` tells it from the lane's other servers ("" for the lane's own); it is part of the run directory.
  [[nodiscard]] static Result<std::unique_ptr<LaneServer>> start(const LaneContext& context, const std::string& name,
                                                                 const std::filesystem::path& data);

  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  [[nodiscard]] Server& server() { return *server_; }
  // In the mode that the services' database library asks for.
  [[nodiscard]] Sql& sql() { return *sql_; }
  // A further connection of the same kind.
  [[nodiscard]] Result<std::unique_ptr<Sql>> connect() const;
  // Where the server writes every statement: harness/locks/statement_log.h reads it.
  [[nodiscard]] const std::filesystem::path& statement_log() const { return statement_log_; }

  // A copy of the data directory as it is at this moment, as after a power cut: the server stands still meanwhile and
  // goes on, also where the copy fails. What only tables in memory hold is not in it without FLUSH TABLES before.
  Result<void> copy_to(const std::filesystem::path& target);

  // In good order, so that the data directory can be looked at later.
  Result<void> stop();
  void kill();

 private:
  LaneServer(const LaneContext& context, std::filesystem::path data) : context_(context), data_(std::move(data)) {}

  const LaneContext& context_;
  std::filesystem::path data_;
  std::filesystem::path statement_log_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Sql> sql_;
};

}  // namespace rehearsal
