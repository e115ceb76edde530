// Looking back at a checkpoint: a server on a clone of it, started when it is first asked for and removed with its
// clone at the end. The checkpoint itself stays as it is.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/sql/sql.h"
#include "harness/server/lane_context.h"
#include "harness/server/run_server.h"

namespace rehearsal {

class LookBack {
 public:
  // `name` tells the server from the lane's others. The thread that first asks for sql() must outlive the object.
  LookBack(const LaneContext& context, std::filesystem::path checkpoint, std::string name = "look-back");
  LookBack(const LookBack&) = delete;
  LookBack& operator=(const LookBack&) = delete;

  // Clones the checkpoint and starts the server where that has not been done. The connection belongs to the object.
  [[nodiscard]] Result<Sql*> sql();
  // A further connection, for a thread of its own.
  [[nodiscard]] Result<std::unique_ptr<Sql>> connect();
  [[nodiscard]] bool started() const { return server_ != nullptr; }

 private:
  [[nodiscard]] Result<void> start();

  ServerPlace place_;  // the lane's, with a small server
  std::filesystem::path checkpoint_, clone_;
  std::string name_;
  std::unique_ptr<RunServer> server_;
};

}  // namespace rehearsal
