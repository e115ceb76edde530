#include "harness/server/lane_server.h"

#include <fmt/core.h>

#include "base/files.h"
#include "harness/engines/account_names.h"
#include "harness/locks/statement_log.h"
#include "harness/server/run_server.h"

namespace rehearsal {

namespace {

constexpr const char* kServiceSqlMode = "SET SESSION sql_mode = 'TRADITIONAL'";

}  // namespace

Result<std::unique_ptr<LaneServer>> LaneServer::start(const LaneContext& context, const std::string& name,
                                                      const std::filesystem::path& data) {
  std::unique_ptr<LaneServer> started(new LaneServer(context, data));
  const std::string& service = context.service.name;
  const std::string full_name = name.empty() ? service : service + "-" + name;
  started->statement_log_ = context.run.short_dir() / full_name / "statements.log";
  std::vector<std::string> options = context.server_options;
  for (std::string& option : statement_log_options(started->statement_log_)) {
    options.push_back(std::move(option));
  }
  REHEARSAL_TRY_SET(started->server_,
                    start_run_server(context.engine, context.run, full_name, data, options, context.memory_bytes));
  REHEARSAL_TRY_SET(started->sql_, started->connect());
  return started;
}

Result<std::unique_ptr<Sql>> LaneServer::connect() const {
  REHEARSAL_TRY_SET(std::unique_ptr<Sql> sql,
                    Sql::connect(server_->socket(), admin_name(context_.root_password), context_.root_password));
  REHEARSAL_TRY(sql->execute(kServiceSqlMode));
  return sql;
}

Result<void> LaneServer::copy_to(const std::filesystem::path& target) {
  REHEARSAL_TRY(server_->pause());
  const Result<void> copied = context_.store.clone(data_, target);
  REHEARSAL_TRY(server_->thaw());
  return copied;
}

Result<void> LaneServer::stop() {
  sql_.reset();
  return server_->stop();
}

void LaneServer::kill() {
  sql_.reset();
  server_->kill();
}

}  // namespace rehearsal
