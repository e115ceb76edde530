#include "harness/server/look_back.h"

namespace rehearsal {

LookBack::LookBack(const LaneContext& context, std::filesystem::path checkpoint, std::string name)
    : place_(context.servers()),
      checkpoint_(std::move(checkpoint)),
      clone_(context.store_dir / name),
      name_(std::move(name)) {
  // It is read once, from end to end; a log that nobody keeps and a large pool would only make its start slower. The
  // last of two options counts. The binary log stays: a transaction that was prepared when the checkpoint was taken is
  // decided by it, and a server without it refuses to start.
  for (const char* option : {"--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0",
                             "--innodb-flush-method=nosync", "--userstat=OFF", "--innodb-fast-shutdown=2"}) {
    place_.options.emplace_back(option);
  }
}

Result<void> LookBack::start() {
  if (!server_) {
    REHEARSAL_TRY_SET(server_, RunServer::on_clone(place_, name_, checkpoint_, clone_));
  }
  return {};
}

Result<Sql*> LookBack::sql() {
  REHEARSAL_TRY(start());
  return &server_->sql();
}

Result<std::unique_ptr<Sql>> LookBack::connect() {
  REHEARSAL_TRY(start());
  return server_->connect();
}

}  // namespace rehearsal
