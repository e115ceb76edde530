#include <charconv>
#include <ctime>
#include <iostream>
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/os/time.h"
#include "base/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/golden_list.h"
#include "harness/engines/engines.h"
#include "harness/run/cleaner.h"
#include "harness/run/golden.h"
#include "harness/run/physical_backup.h"
#include "harness/run/snapshot.h"
#include "harness/server/state.h"
#include "snapshots/keep/eviction.h"
#include "snapshots/keep/golden_store.h"
#include "snapshots/keep/store.h"

namespace rehearsal {

namespace {

std::int64_t now() {
  return os::wall_time();
}

Result<GoldenLimits> golden_limits(const PruneWishes& wishes) {
  GoldenLimits limits;
  limits.unreadable = wishes.unreadable;
  if (!wishes.older_than.empty()) {
    REHEARSAL_TRY_SET(limits.unused_seconds, parse_duration(wishes.older_than));
  }
  if (!wishes.max_size.empty()) {
    REHEARSAL_TRY_SET(limits.total_bytes, parse_size(wishes.max_size));
  }
  if (!wishes.keep.empty()) {
    std::size_t count = 0;
    const char* const end = wishes.keep.data() + wishes.keep.size();
    const auto read = std::from_chars(wishes.keep.data(), end, count);
    if (read.ec != std::errc() || read.ptr != end) {
      return fail(ErrorKind::usage, "'" + wishes.keep + "' is not a number of goldens", {}, "write it as --keep 3");
    }
    limits.count = count;
  }
  if (!limits.any()) {
    return fail(
        ErrorKind::usage, "nothing says which goldens to remove", {},
        "--older-than 14d, --keep 3, --max-size 200GB, or --unreadable; --dry-run only shows what would be removed");
  }
  return limits;
}

}  // namespace

Result<int> command_snapshot_add(const CliContext& context, const std::vector<std::string>& dumps,
                                 const std::string& schema, const std::string& verify) {
  REHEARSAL_TRY_SET(const Catalogue catalogue, open_catalogue(context));
  std::vector<DumpInput> inputs;
  for (const std::string& dump : dumps) {
    inputs.push_back({dump, schema});
  }
  REHEARSAL_TRY_SET(const ProofDepth depth, proof_depth_of(verify));
  REHEARSAL_TRY_SET(const CollationMap map, parse_collation_map(context.options.map_collations));
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  const EngineKind engine = context.options.engine.value_or(EngineKind::automatic);
  std::optional<RunDir> run;
  const auto added = [&]() -> Result<std::string> {
    std::optional<BackupDumps> backups;
    if (any_physical_backup(inputs)) {
      REHEARSAL_TRY_SET(run, RunDir::create(context.options.state));
      backups.emplace(engine, options, context.options.state, *run, context.talk);
      REHEARSAL_TRY_SET(inputs, backups->replace(std::move(inputs), Scenario{}));
    }
    REHEARSAL_TRY_SET(Snapshot snapshot, scan_snapshot(inputs, catalogue, context.talk, map));
    REHEARSAL_TRY(require_usable(snapshot.index));
    if (!run) {
      REHEARSAL_TRY_SET(run, RunDir::create(context.options.state));
    }
    const Scenario none;
    REHEARSAL_TRY_SET(const Workplace place, open_workplace({.run = *run,
                                                             .talk = context.talk,
                                                             .catalogue = catalogue,
                                                             .scenario = none,
                                                             .state = context.options.state,
                                                             .engine = engine,
                                                             .engine_options = options},
                                                            snapshot.index));
    REHEARSAL_TRY_SET(const Golden golden, ensure_golden(place, snapshot, depth));
    if (!golden.verified) {
      return fail(
          ErrorKind::unusable_dump, "the restore is not proven: " + golden.proof, join(dumps, ", "),
          std::string(golden.restored ? "nothing is kept; " : "") + "a rehearsal of these dumps would be INCONCLUSIVE");
    }
    return golden_key(snapshot.index, golden.server_version);
  }();
  if (run) {
    remove_short_dir(run->id());
    remove_tree(run->path());
  }
  REHEARSAL_TRY(added);
  std::cout << *added << "\n";
  return 0;
}

Result<int> command_snapshot_list(const CliContext& context) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_kept(context.options.state));
  REHEARSAL_TRY_SET(const std::vector<GoldenInfo> goldens, GoldenStore(*store).list());
  REHEARSAL_TRY_SET(const FreeSpace free, store->free_space());
  if (context.options.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const GoldenInfo& golden : goldens) {
      list.push_back(golden_json(golden, now()));
    }
    std::cout << json_text(list, 2) << "\n";
    return 0;
  }
  std::cout << golden_table(goldens, now());
  if (!goldens.empty()) {
    std::uint64_t bytes = 0;
    for (const GoldenInfo& golden : goldens) {
      bytes += golden.manifest.bytes;
    }
    std::cout << fmt::format("{}, {}; {} free ({})\n", plural(goldens.size(), "golden"), human_bytes(bytes),
                             human_bytes(free.usable()), store->root().string());
  }
  return 0;
}

Result<int> command_snapshot_remove(const CliContext& context, const std::string& key) {
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_kept(context.options.state));
  REHEARSAL_TRY_SET(const std::string removed, GoldenStore(*store).remove(key));
  std::cout << "removed " << removed << "\n";
  return 0;
}

Result<int> command_snapshot_prune(const CliContext& context, const PruneWishes& wishes) {
  REHEARSAL_TRY_SET(const GoldenLimits limits, golden_limits(wishes));
  REHEARSAL_TRY_SET(const std::unique_ptr<Store> store, Store::open_kept(context.options.state));
  const GoldenStore goldens(*store);
  REHEARSAL_TRY_SET(std::vector<GoldenInfo> kept, goldens.list());
  const EvictionPlan plan = plan_eviction(std::move(kept), limits, now());
  nlohmann::json removed = nlohmann::json::array();
  std::vector<std::string> failures;
  std::uint64_t bytes = 0;
  for (const Eviction& eviction : plan.evictions) {
    REHEARSAL_TRY(check_interrupt());
    const GoldenManifest& manifest = eviction.golden.manifest;
    if (!wishes.dry_run) {
      if (auto done = goldens.remove(eviction.golden); !done) {
        failures.push_back(to_text(done.error()));
        continue;
      }
    }
    bytes += manifest.bytes;
    if (context.options.json) {
      nlohmann::json entry = golden_json(eviction.golden, now());
      entry["reason"] = eviction.reason;
      removed.push_back(std::move(entry));
    } else {
      std::cout << fmt::format("{} {}, {}: {}\n", wishes.dry_run ? "would remove" : "removed", manifest.key,
                               human_bytes(manifest.bytes), eviction.reason)
                << std::flush;
    }
  }
  if (context.options.json) {
    std::cout << json_text(nlohmann::json{{"dry_run", wishes.dry_run},
                                          {"removed", removed},
                                          {"bytes", bytes},
                                          {"shortfalls", plan.shortfalls},
                                          {"failures", failures}},
                           2)
              << "\n";
  } else if (plan.evictions.empty()) {
    std::cout << "Nothing to remove: the limits hold, or what is over them is in use, held or unreadable.\n";
  }
  for (const std::string& failure : failures) {
    context.talk.warn(failure);
  }
  for (const std::string& shortfall : plan.shortfalls) {
    context.talk.warn(shortfall);
  }
  return failures.empty() ? 0 : exit_status(ErrorKind::failed);
}

}  // namespace rehearsal
