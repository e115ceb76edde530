#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "harness/cleaner.h"
#include "harness/cli.h"
#include "harness/golden.h"
#include "harness/snapshot.h"
#include "harness/state.h"
#include "snapshots/golden_store.h"
#include "snapshots/store.h"

namespace rehearsal {

namespace {

Result<std::unique_ptr<Store>> open_store(const CliContext& context) {
  return Store::open(context.options.state, "auto", 0, [&](const std::string& text) { context.talk.detail(text); });
}

}  // namespace

Result<int> command_snapshot_add(const CliContext& context, const std::vector<std::string>& dumps,
                                 const std::string& schema) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  std::vector<DumpInput> inputs;
  for (const std::string& dump : dumps) {
    inputs.push_back({dump, schema});
  }
  REHEARSAL_TRY_SET(const Snapshot snapshot, scan_snapshot(inputs, catalogue, context.talk));
  REHEARSAL_TRY(require_complete(snapshot.index));
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  REHEARSAL_TRY_SET(const std::unique_ptr<Engine> engine,
                    make_engine(context.options.engine.empty() ? "auto" : context.options.engine, options));
  REHEARSAL_TRY(engine->prepare());
  REHEARSAL_TRY_SET(const ServerSettings settings, server_settings(Scenario{}, snapshot.index));
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, open_store(context));
  REHEARSAL_TRY_SET(const RunDir run, RunDir::create(context.options.state));
  const auto golden = ensure_golden(*engine, *store, snapshot, settings, run, context.talk);
  remove_short_dir(run.id());
  remove_tree(run.path());
  REHEARSAL_TRY(golden);
  if (!golden->verified) {
    return fail(ErrorKind::unusable_dump, "the restore is not proven: " + golden->proof, join(dumps, ", "),
                "nothing is kept; a rehearsal of these dumps would be INCONCLUSIVE");
  }
  std::cout << golden_key(snapshot.index, golden->server_version) << "\n";
  return 0;
}

Result<int> command_snapshot_list(const CliContext& context) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, open_store(context));
  REHEARSAL_TRY_SET(const std::vector<GoldenInfo> goldens, GoldenStore(*store).list());
  if (context.options.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const GoldenInfo& golden : goldens) {
      nlohmann::json entry = golden.manifest;
      entry.erase("root_password");
      entry["in_use"] = golden.in_use;
      list.push_back(std::move(entry));
    }
    std::cout << list.dump(2) << "\n";
    return 0;
  }
  if (goldens.empty()) {
    std::cout << "No golden is kept; the first run of a snapshot makes one.\n";
    return 0;
  }
  std::cout << "Key           Size        Rows          Made                  Used                  Dumps\n";
  for (const GoldenInfo& golden : goldens) {
    std::cout << fmt::format("{:<13} {:<11} {:<13} {:<21} {:<21} {}{}\n", golden.manifest.key.substr(0, 12),
                             human_bytes(golden.manifest.bytes), human_count(golden.manifest.rows),
                             golden.manifest.created, golden.manifest.used, join(golden.manifest.dumps, ", "),
                             golden.in_use ? " (in use)" : "");
  }
  return 0;
}

Result<int> command_snapshot_remove(const CliContext& context, const std::string& key) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, open_store(context));
  REHEARSAL_TRY_SET(const std::string removed, GoldenStore(*store).remove(key));
  std::cout << "removed " << removed << "\n";
  return 0;
}

}  // namespace rehearsal
