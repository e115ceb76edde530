// What it costs to judge a step on a large table: a statement alone, and with the observation and comparison that a
// step gets. Adding an index must cost next to nothing more; a single changed row costs a read of the table on both
// sides.
//
// usage: judge_bench STATE SCHEMA.TABLE [STATEMENTS]    STATE holds one golden; STATEMENTS: so many of the four, in
// their order: index, column, one row, copy
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/sql/sql.h"
#include "base/table_name.h"
#include "base/text.h"
#include "harness/diff/table_diff.h"
#include "harness/engines/account_names.h"
#include "harness/engines/engines.h"
#include "harness/server/run_server.h"
#include "harness/server/server_settings.h"
#include "harness/server/state.h"
#include "harness/step/observe.h"
#include "snapshots/keep/golden_store.h"
#include "snapshots/keep/store.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class Bench {
 public:
  Bench(Engine& engine, Store& store, const RunDir& run, const KeptGolden& golden, std::string table,
        std::size_t statements)
      : engine_(engine), store_(store), run_(run), golden_(golden), table_(std::move(table)), statements_(statements) {}

  Result<void> run() {
    REHEARSAL_TRY(make_private_dir(store_.run_dir(run_.id())));
    REHEARSAL_TRY_SET(const auto before, start("before"));
    REHEARSAL_TRY_SET(const auto now, start("now"));
    const std::string schema = table_.substr(0, table_.find('.'));
    REHEARSAL_TRY_SET(const auto rows, now.sql->value("SELECT COUNT(*) FROM " + quoted_table(table_)));
    REHEARSAL_TRY_SET(const auto bytes, now.sql->value("SELECT SUM(FILE_SIZE) FROM information_schema.INNODB_SYS_"
                                                       "TABLESPACES WHERE NAME = " +
                                                       sql_string(replace_all(table_, ".", "/"))));
    fmt::print("{} holds {} rows in {}\n", table_, rows.value_or("?"),
               human_bytes(std::strtoull(bytes.value_or("0").c_str(), nullptr, 10)));
    observer_.emplace(std::vector<std::string>{schema},
                      std::map<std::string, std::int64_t>{{table_, std::atoll(rows.value_or("0").c_str())}},
                      std::vector<std::string>{"alembic_version"});
    REHEARSAL_TRY(observer_->start(*now.sql));
    const std::string name = quoted_table(table_);
    const std::pair<const char*, std::string> all[] = {
        {"index", "ALTER TABLE " + name + " ADD INDEX judge_bench (updated_at)"},
        {"column", "ALTER TABLE " + name + " ADD COLUMN judge_bench INT"},
        {"one row", "UPDATE " + name + " SET judge_bench = 1 LIMIT 1"},
        {"copy", "ALTER TABLE " + name + " MODIFY judge_bench BIGINT, FORCE, ALGORITHM=COPY"}};
    for (std::size_t i = 0; i < std::min(statements_, std::size(all)); ++i) {
      REHEARSAL_TRY(measure(all[i].first, all[i].second, before, now));
    }
    REHEARSAL_TRY(before.server->stop());
    REHEARSAL_TRY(now.server->stop());
    return store_.remove(store_.run_dir(run_.id()));
  }

 private:
  struct Side {
    fs::path data;
    std::unique_ptr<Server> server;
    std::unique_ptr<Sql> sql, stream;
  };

  Result<Side> start(const std::string& name) {
    Side side;
    side.data = store_.run_dir(run_.id()) / name;
    REHEARSAL_TRY(store_.clone(golden_.data, side.data));
    REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(Scenario{}, DumpIndex{}, engine_));
    REHEARSAL_TRY_SET(side.server, start_run_server(engine_, run_, to_word(store_.method()), side.data,
                                                    settings.step_options, settings.memory_bytes));
    REHEARSAL_TRY_SET(side.sql, Sql::connect(side.server->socket(), admin_name(golden_.manifest.root_password),
                                             golden_.manifest.root_password));
    REHEARSAL_TRY_SET(side.stream, Sql::connect(side.server->socket(), admin_name(golden_.manifest.root_password),
                                                golden_.manifest.root_password));
    REHEARSAL_TRY(prepare_for_diff(*side.stream));
    return side;
  }

  Result<void> measure(const std::string& what, const std::string& statement, const Side& before, const Side& now) {
    Stopwatch watch;
    REHEARSAL_TRY(observer_->before_step(*now.sql, now.data));
    double judging = watch.seconds();
    watch = Stopwatch();
    REHEARSAL_TRY(now.sql->execute(statement));
    const double alone = watch.seconds();
    watch = Stopwatch();
    DdlEffects ddl;
    LoggedStatement logged;
    logged.sql = statement;
    ddl.take(logged);
    REHEARSAL_TRY_SET(const StepEffects effects, observer_->after_step(*now.sql, now.data, std::move(ddl)));
    std::string read = "not read";
    if (effects.rows_touched.contains(table_)) {
      REHEARSAL_TRY_SET(const TableDiff diff,
                        compare_tables({*before.stream, *before.sql, table_}, {*now.stream, *now.sql, table_}));
      read = fmt::format("read, {} rows differ", diff.updated.value_or(-1));
    }
    judging += watch.seconds();
    fmt::print("{:8}  alone {:8.2f} s  judged {:8.2f} s  {:6.3f}  {}\n", what, alone, alone + judging,
               (alone + judging) / std::max(alone, 0.001), read);
    std::fflush(stdout);
    return {};
  }

  Engine& engine_;
  Store& store_;
  const RunDir& run_;
  const KeptGolden& golden_;
  std::string table_;
  std::size_t statements_;
  std::optional<Observer> observer_;
};

Result<void> bench(const fs::path& state, const std::string& table, std::size_t statements) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open(state, 0));
  const GoldenStore goldens(*store);
  REHEARSAL_TRY_SET(const std::vector<GoldenInfo> list, goldens.list());
  if (list.empty()) {
    return fail("there is no golden", state.string());
  }
  REHEARSAL_TRY_SET(const std::optional<KeptGolden> golden, goldens.find(list.front().manifest.key));
  EngineOptions options;
  options.state = state;
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(EngineKind::process, options));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(state));
  fmt::print("{} in a golden of {}\n", table, human_bytes(golden->manifest.bytes));
  std::fflush(stdout);
  const Result<void> done = Bench(*engine, *store, run, *golden, table, statements).run();
  remove_tree(run.short_dir());
  remove_tree(run.path());
  return done;
}

}  // namespace
}  // namespace rehearsal

int main(int count, char** words) {
  if (count < 3) {
    std::cerr << "usage: judge_bench STATE SCHEMA.TABLE [STATEMENTS]\n";
    return 64;
  }
  const auto done = rehearsal::bench(words[1], words[2], count > 3 ? std::strtoul(words[3], nullptr, 10) : 4);
  if (!done) {
    std::cerr << rehearsal::to_text(done.error()) << "\n";
  }
  return done ? 0 : 2;
}
