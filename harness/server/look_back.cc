#include "harness/server/look_back.h"

namespace rehearsal {

LookBack::LookBack(const LaneContext& context, std::filesystem::path checkpoint, std::string name)
    : context_(context), checkpoint_(std::move(checkpoint)), clone_(context.store_dir / name), name_(std::move(name)) {
  // It is read once, from end to end; a log that nobody keeps and a large pool would only make its start slower. The
  // last of two options counts. The binary log stays: a transaction that was prepared when the checkpoint was taken is
  // decided by it, and a server without it refuses to start.
  for (const char* option : {"--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0",
                             "--innodb-flush-method=nosync", "--userstat=OFF", "--innodb-fast-shutdown=2"}) {
    context_.server_options.emplace_back(option);
  }
}

LookBack::~LookBack() {
  if (server_) {
    server_->kill();
    server_.reset();
  }
  if (cloned_) {
    if (auto removed = context_.store.remove(clone_); !removed) {
      context_.talk.warn(to_text(removed.error()));
    }
  }
}

Result<void> LookBack::start() {
  if (server_) {
    return {};
  }
  if (!cloned_) {
    cloned_ = true;  // half a clone is removed, too
    REHEARSAL_TRY(context_.store.clone(checkpoint_, clone_));
  }
  REHEARSAL_TRY_SET(server_, LaneServer::start(context_, name_, clone_));
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
