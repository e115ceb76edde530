// What a clone of a kept golden costs, until a server answers on it, and what a checkpoint of that server costs, with
// each way of cloning that works here.
//
// usage: clone_bench STATE [ENGINE]    STATE holds one golden of tests/bench/make_dump.py; ENGINE is "process"
#include <filesystem>
#include <iostream>
#include <optional>

#include <fmt/core.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/sql/sql.h"
#include "base/text.h"
#include "harness/engines/account_names.h"
#include "harness/engines/engines.h"
#include "harness/server/run_server.h"
#include "harness/server/server_settings.h"
#include "harness/server/state.h"
#include "snapshots/keep/golden_store.h"
#include "snapshots/keep/store.h"
#include "snapshots/keep/tree_copy.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

Result<std::uint64_t> used(const Store& store) {
  REHEARSAL_TRY_SET(const FreeSpace free, store.free_space());
  return free.store;
}

Result<void> measure(Engine& engine, Store& store, const RunDir& run, const fs::path& data,
                     const std::string& password) {
  REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(Scenario{}, DumpIndex{}, engine));
  const fs::path folder = store.run_dir(run.id());
  REHEARSAL_TRY(make_private_dir(folder));
  const Stopwatch watch;
  REHEARSAL_TRY(store.clone(data, folder / "clone"));
  const double cloned = watch.seconds();
  REHEARSAL_TRY_SET(const std::unique_ptr<Server> server,
                    start_run_server(engine, run, to_word(store.method()), folder / "clone", settings.step_options,
                                     settings.memory_bytes));
  REHEARSAL_TRY_SET(const std::unique_ptr<Sql> sql, Sql::connect(server->socket(), admin_name(password), password));
  REHEARSAL_TRY(sql->query("SELECT id FROM nova_cell1.instances LIMIT 1"));
  const double answered = watch.seconds();

  REHEARSAL_TRY(sql->execute("UPDATE nova_cell1.instances SET updated_at = NOW(), host = 'x' LIMIT 10000"));
  REHEARSAL_TRY_SET(const std::uint64_t before, used(store));
  const Stopwatch pause;
  REHEARSAL_TRY(server->pause());
  REHEARSAL_TRY(store.clone(folder / "clone", folder / "checkpoint"));
  REHEARSAL_TRY(server->thaw());
  const double kept = pause.seconds();
  REHEARSAL_TRY_SET(const std::uint64_t after, used(store));
  fmt::print("{:8}  clone {:6.2f} s  answers after {:6.2f} s  checkpoint {:6.2f} s, {}\n", to_word(store.method()),
             cloned, answered, kept, human_bytes(before > after ? before - after : 0));
  REHEARSAL_TRY(server->stop());
  return store.remove(folder);
}

Result<void> bench(const fs::path& state, EngineKind kind) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open(state, 0));
  const GoldenStore goldens(*store);
  REHEARSAL_TRY_SET(const std::vector<GoldenInfo> list, goldens.list());
  if (list.empty()) {
    return fail("there is no golden", state.string());
  }
  REHEARSAL_TRY_SET(const std::optional<KeptGolden> golden, goldens.find(list.front().manifest.key));
  EngineOptions options;
  options.state = state;
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine, make_engine(kind, options));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(state));
  fmt::print("golden of {}\n", human_bytes(golden->manifest.bytes));
  REHEARSAL_TRY(measure(*engine, *store, run, golden->data, golden->manifest.root_password));
  for (const CloneMethod method : {CloneMethod::overlay, CloneMethod::copy}) {
    const fs::path other = state / ("bench-" + std::string(to_word(method)));
    REHEARSAL_TRY(make_private_dir(other));
    const auto measured = [&]() -> Result<void> {
      REHEARSAL_TRY_SET(const std::unique_ptr<Store> own, Store::open_with(other, method));
      const fs::path data = own->root() / "goldens" / "bench" / "data";
      REHEARSAL_TRY(copy_tree(golden->data, data, CopyMethod::sparse));
      REHEARSAL_TRY(measure(*engine, *own, run, data, golden->manifest.root_password));
      return own->close();
    }();
    remove_tree(other);
    if (!measured) {
      std::cout << to_word(method) << ": " << to_text(measured.error()) << "\n";
    }
  }
  remove_tree(run.short_dir());
  remove_tree(run.path());
  return {};
}

}  // namespace
}  // namespace rehearsal

int main(int count, char** words) {
  if (count < 2) {
    std::cerr << "usage: clone_bench STATE [ENGINE]\n";
    return 64;
  }
  const auto done = rehearsal::bench(
      words[1],
      rehearsal::from_word<rehearsal::EngineKind>(count > 2 ? words[2] : "").value_or(rehearsal::EngineKind::process));
  if (!done) {
    std::cerr << rehearsal::to_text(done.error()) << "\n";
  }
  return done ? 0 : 2;
}
