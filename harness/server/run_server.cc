#include "harness/server/run_server.h"

#include <utility>

#include "base/files.h"
#include "harness/engines/account_names.h"
#include "harness/locks/statement_log.h"

namespace rehearsal {

namespace {

constexpr const char* kServiceSqlMode = "SET SESSION sql_mode = 'TRADITIONAL'";

std::string full_name(const ServerPlace& place, const std::string& name) {
  return place.of.empty() ? name : name.empty() ? place.of : place.of + "-" + name;
}

// What is there already is another's, and not removed with a clone that cannot be made.
Result<void> require_nothing_at(const std::filesystem::path& clone) {
  REHEARSAL_TRY_SET(const bool there, is_there(clone));
  if (there) {
    return fail("the clone's target exists already", clone.string());
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Server>> start_run_server(Engine& engine, const RunDir& run, const std::string& name,
                                                 const std::filesystem::path& data,
                                                 const std::vector<std::string>& options, std::uint64_t memory_bytes) {
  ServerSpec spec;
  spec.name = "rehearsal-" + run.id() + "-" + name;
  spec.run = run.id();
  spec.data = data;
  spec.run_dir = run.short_dir() / name;
  spec.options = options;
  spec.memory_bytes = memory_bytes;
  REHEARSAL_TRY(make_private_dir(spec.run_dir));
  return engine.start(spec);
}

RunServer::RunServer(const ServerPlace& place, const std::string& name, std::filesystem::path data)
    : place_(place), name_(full_name(place, name)), data_(std::move(data)) {
  if (place.logs_statements) {
    statement_log_ = place.run.short_dir() / name_ / "statements.log";
    for (std::string& option : statement_log_options(statement_log_)) {
      place_.options.push_back(std::move(option));
    }
  }
}

Result<void> RunServer::start_process() {
  REHEARSAL_TRY_SET(server_,
                    start_run_server(place_.engine, place_.run, name_, data_, place_.options, place_.memory_bytes));
  REHEARSAL_TRY_SET(sql_, connect());
  return {};
}

Result<std::unique_ptr<RunServer>> RunServer::start(const ServerPlace& place, const std::string& name,
                                                    const std::filesystem::path& data) {
  std::unique_ptr<RunServer> started(new RunServer(place, name, data));
  REHEARSAL_TRY(started->start_process());
  return started;
}

Result<std::unique_ptr<RunServer>> RunServer::own(const ServerPlace& place, const std::string& name,
                                                  const std::filesystem::path& clone, const Result<void>& made) {
  Result<std::unique_ptr<RunServer>> started = made ? start(place, name, clone) : fail(made.error());
  if (started) {
    (*started)->owns_data_ = true;
  } else if (auto removed = place.store.remove(clone); !removed) {
    place.talk.warn(to_text(removed.error()));
  }
  return started;
}

Result<std::unique_ptr<RunServer>> RunServer::on_clone(const ServerPlace& place, const std::string& name,
                                                       const std::filesystem::path& from,
                                                       const std::filesystem::path& clone) {
  REHEARSAL_TRY(require_nothing_at(clone));
  return own(place, name, clone, place.store.clone(from, clone));
}

Result<std::unique_ptr<RunServer>> RunServer::on_copy(const ServerPlace& place, const std::string& name,
                                                      RunServer& seen, const std::filesystem::path& copy) {
  REHEARSAL_TRY(require_nothing_at(copy));
  return own(place, name, copy, seen.copy_to(copy));
}

RunServer::~RunServer() {
  if (auto removed = discard(); !removed) {
    place_.talk.warn(to_text(removed.error()));
  }
}

Result<std::unique_ptr<Sql>> RunServer::connect() const {
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql,
                    Sql::connect(server_->socket(), admin_name(place_.root_password), place_.root_password));
  REHEARSAL_TRY(sql->execute(kServiceSqlMode));
  return sql;
}

Result<void> RunServer::copy_to(const std::filesystem::path& target) {
  Result<void> copied = server_->pause();
  if (copied) {
    copied = place_.store.clone(data_, target);
  }
  const Result<void> thawed = server_->thaw();  // part of it may stand still where the pause failed
  return copied ? thawed : copied;
}

Result<void> RunServer::start_again() {
  kill();
  server_.reset();
  return start_process();
}

Result<void> RunServer::stop() {
  sql_.reset();
  return server_->stop();
}

void RunServer::kill() {
  sql_.reset();
  if (server_) {
    server_->kill();
  }
}

Result<void> RunServer::discard() {
  kill();
  server_.reset();
  return std::exchange(owns_data_, false) ? place_.store.remove(data_) : Result<void>();
}

}  // namespace rehearsal
