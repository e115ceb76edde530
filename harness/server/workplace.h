// What a run works with: an engine that is ready, the store, how its servers are set. One for each run.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/engine_kind.h"
#include "base/result.h"
#include "base/talk.h"
#include "harness/engines/engine.h"
#include "harness/server/run_server.h"
#include "harness/server/server_settings.h"
#include "harness/server/state.h"
#include "scenarios/catalogue.h"
#include "scenarios/scenario.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/keep/store.h"

namespace rehearsal {

// The objects that it refers to outlive it.
struct Workplace {
  const RunDir& run;
  Talk& talk;
  const Catalogue& catalogue;
  const Scenario& scenario;
  std::filesystem::path state;
  std::unique_ptr<Engine> engine;  // prepared
  std::unique_ptr<Store> store;
  ServerSettings settings;

  // Of this run in the store; made by whoever needs it.
  [[nodiscard]] std::filesystem::path folder() const { return store->run_dir(run.id()); }
  // On what a golden with this password holds, in production parity.
  [[nodiscard]] ServerPlace servers(const std::string& root_password) const {
    return {.engine = *engine,
            .store = *store,
            .run = run,
            .talk = talk,
            .root_password = root_password,
            .options = settings.step_options,
            .memory_bytes = settings.memory_bytes};
  }
};

// What it is made of.
struct WorkplaceWish {
  const RunDir& run;
  Talk& talk;
  const Catalogue& catalogue;
  const Scenario& scenario;
  std::filesystem::path state;
  EngineKind engine;
  EngineOptions engine_options;
};

// Prepares the engine. The collations that change places in a restore are set in `index`.
[[nodiscard]] Result<Workplace> open_workplace(const WorkplaceWish& wish, DumpIndex& index);

}  // namespace rehearsal
