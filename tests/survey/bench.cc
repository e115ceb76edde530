#include "survey/bench.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"
#include "harness/engines/account_names.h"
#include "harness/engines/engines.h"
#include "harness/lane/server_attempt.h"
#include "harness/server/server_settings.h"
#include "harness/step/observe.h"
#include "harness/step/step_diff.h"

namespace rehearsal::survey {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPassword = "it's secret";

// Each combination has a client of its own: what one does to its session must not reach the next.
constexpr const char* kScript =
    "for sql in /rehearsal/etc/*.sql; do"
    " mariadb --defaults-file=/rehearsal/etc/client.cnf <\"$sql\" >/dev/null 2>/tmp/refused ||"
    " { printf 'REFUSED %s: %s\\n' \"$(basename \"$sql\" .sql)\" \"$(grep ^ERROR /tmp/refused)\"; }; done";

constexpr const char* kClient =
    "[client]\nhost=127.0.0.1\nuser=survey\npassword=secret\n[mysql]\ncomments\nlocal-infile=1\nloose-binary-mode\n"
    "default-character-set=utf8mb4\ninit-command=\"SET SESSION sql_mode='TRADITIONAL'\"\n";

constexpr const char* kRowsFile = "1\tloaded one\n2\tloaded two\n3\tloaded three\n";

PlanStep make_step(const std::vector<Combination>& combinations, const std::vector<std::string>& schemas, int number) {
  PlanStep step;
  step.phase = combinations.front().change->phase;
  step.service = "survey";
  step.release = "2025.1";
  step.part = fmt::format("n{}", number);
  step.id = fmt::format("survey:2025.1:{}:{}", to_word(step.phase), step.part);
  step.command = {"/bin/sh", "-c", kScript};
  step.schemas = schemas;
  step.may_change = step.phase != Phase::check && step.phase != Phase::status;
  step.timeout_seconds = 600;
  step.config = {{"client.cnf", kClient}, {"rows.txt", kRowsFile}};
  for (const Combination& one : combinations) {
    step.config.push_back({one.schema + ".sql", "USE " + one.schema + ";\n" + one.sql() + "\n"});
  }
  return step;
}

}  // namespace

Bench::~Bench() {
  if (server_) {
    server_->kill();
    server_.reset();
  }
  if (store_) {
    static_cast<void>(store_->close());
  }
  if (engine_ && run_) {
    static_cast<void>(engine_->remove_leftovers({run_->id()}));
    static_cast<void>(remove_tree(run_->short_dir()));
  }
  if (!dir_.empty()) {
    static_cast<void>(remove_tree(dir_));
  }
}

Result<std::unique_ptr<Bench>> Bench::make() {
  std::unique_ptr<Bench> bench(new Bench);
  REHEARSAL_TRY(bench->start());
  return bench;
}

Result<void> Bench::start() {
  REHEARSAL_TRY_SET(dir_, make_unique_dir(fs::temp_directory_path(), "survey"));
  EngineOptions options;
  options.state = dir_;
  REHEARSAL_TRY_SET(engine_, make_engine(EngineKind::process, options));
  REHEARSAL_TRY(engine_->prepare());
  REHEARSAL_TRY_SET(store_, Store::open_with(dir_, CloneMethod::copy));
  REHEARSAL_TRY_SET(RunDir run, RunDir::create(dir_));
  run_.emplace(std::move(run));
  Scenario scenario;
  scenario.memory = "512m";
  REHEARSAL_TRY_SET(ServerSettings settings, server_settings(scenario, DumpIndex(), *engine_));
  service_.name = "survey";
  service_.revision_tables = {"alembic_version"};
  const fs::path lane = store_->run_dir(run_->id()) / "survey";
  context_.emplace(LaneContext{.engine = *engine_,
                               .store = *store_,
                               .run = *run_,
                               .talk = talk_,
                               .service = service_,
                               .golden = lane / "data",
                               .root_password = kPassword,
                               .server_options = std::move(settings.step_options),
                               .memory_bytes = settings.memory_bytes,
                               .store_dir = lane});
  // The journal of a small server need not be large; a checkpoint copies it.
  context_->server_options.insert(
      context_->server_options.end(),
      {"--innodb-log-file-size=16M", "--innodb-buffer-pool-size=64M", "--innodb-flush-method=nosync", "--sync-binlog=0",
       "--log-bin-trust-function-creators=ON"});
  REHEARSAL_TRY(make_private_dir(lane));
  REHEARSAL_TRY(engine_->make_database(context_->golden, kPassword));
  REHEARSAL_TRY_SET(server_, RunServer::start(context_->servers(), "", context_->golden));
  return {};
}

Result<void> Bench::set_up(const std::vector<Combination>& combinations) {
  std::string script;
  for (const Combination& one : combinations) {
    script += "CREATE DATABASE " + sql_name(one.schema) + " CHARACTER SET utf8mb3;\n" + one.setup() + "\nDELIMITER ;\n";
  }
  const fs::path file = dir_ / "setup.sql";
  REHEARSAL_TRY(write_file(file, script));
  Command client;
  client.argv = {"mariadb",
                 "--no-defaults",
                 "--socket=" + server_->server().socket().string(),
                 "--user=" + admin_name(kPassword),
                 std::string("--password=") + kPassword,
                 "--default-character-set=utf8mb4"};
  client.environment = own_environment();
  client.input_file = file;
  client.timeout_seconds = 120;
  REHEARSAL_TRY(run_checked(client));
  return {};
}

Result<std::map<std::string, std::int64_t>> Bench::count_rows(const std::vector<std::string>& schemas) {
  std::map<std::string, std::int64_t> counts;
  for (const std::string& schema : schemas) {
    REHEARSAL_TRY_SET(const auto tables,
                      server_->sql().query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE"
                                           " TABLE' AND TABLE_SCHEMA = " +
                                           sql_string(schema)));
    for (const Row& row : tables) {
      const std::string table = row.at(0).value_or("");
      REHEARSAL_TRY_SET(const auto count,
                        server_->sql().value("SELECT COUNT(*) FROM " + sql_name(schema) + "." + sql_name(table)));
      counts[schema + "." + table] = std::stoll(count.value_or("0"));
    }
  }
  return counts;
}

Result<Told> Bench::run(const std::vector<Combination>& combinations) {
  const Stopwatch watch;
  Lane lane;
  lane.service = service_.name;
  std::vector<std::string> schemas;
  service_.expected_changes.clear();
  for (const Combination& one : combinations) {
    schemas.push_back(one.schema);
    lane.schemas[one.schema] = one.schema;
    const std::vector<ExpectedChange> rules = one.rules();
    service_.expected_changes.insert(service_.expected_changes.end(), rules.begin(), rules.end());
  }
  lane.steps = {make_step(combinations, schemas, ++steps_)};
  Result<Told> told = take_step(combinations, lane, schemas);
  REHEARSAL_TRY(clear(schemas));
  if (told) {
    told->seconds = watch.seconds();
  }
  return told;
}

Result<Told> Bench::take_step(const std::vector<Combination>& combinations, const Lane& lane,
                              const std::vector<std::string>& schemas) {
  const PlanStep& step = lane.steps.front();
  REHEARSAL_TRY(set_up(combinations));
  REHEARSAL_TRY(make_account(server_->sql(), account_, schemas));
  REHEARSAL_TRY_SET(auto counts, count_rows(schemas));
  Observer observer(schemas, std::move(counts), service_.revision_tables);
  REHEARSAL_TRY(observer.start(server_->sql()));
  const fs::path checkpoint = step.may_change ? context_->store_dir / "checkpoint" : fs::path();
  if (!checkpoint.empty()) {
    REHEARSAL_TRY(server_->sql().execute("FLUSH TABLES"));
    REHEARSAL_TRY(server_->copy_to(checkpoint));
  }
  StepDiffer differ(service_.revision_tables);
  const LaneView view{lane, *context_, account_, schemas};
  REHEARSAL_TRY_SET(const Attempt attempt,
                    attempt_step(view, {*server_, observer, differ}, step, checkpoint, run_->step_dir(step.id)));
  return Told{attempt.judgement.findings, attempt.output};
}

Result<void> Bench::clear(const std::vector<std::string>& schemas) {
  REHEARSAL_TRY(store_->remove(context_->store_dir / "checkpoint"));
  REHEARSAL_TRY_SET(const auto left, server_->sql().query("XA RECOVER"));
  for (const Row& row : left) {
    REHEARSAL_TRY(server_->sql().execute("XA ROLLBACK " + sql_string(row.at(3).value_or(""))));
  }
  REHEARSAL_TRY(server_->sql().execute("SET SESSION foreign_key_checks = 0"));
  for (const std::string& schema : schemas) {
    REHEARSAL_TRY(server_->sql().execute("DROP DATABASE IF EXISTS " + sql_name(schema)));
  }
  return server_->sql().execute("SET SESSION foreign_key_checks = 1");
}

}  // namespace rehearsal::survey
