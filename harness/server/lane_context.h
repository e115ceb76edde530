// What every server of a lane, and every step on one, needs from outside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/talk.h"
#include "harness/diff/schema.h"
#include "harness/engines/engine.h"
#include "harness/server/run_server.h"
#include "harness/server/state.h"
#include "scenarios/catalogue.h"
#include "snapshots/keep/store.h"

namespace rehearsal {

// What runs a step's command: where it is found, and in which image.
struct StepRunner {
  std::filesystem::path environment;  // a virtual environment; empty for images and commands
  std::string image;                  // empty: the engine's own
  std::vector<std::string> prefix;    // words before the step's own (runner "command")
};

// The objects outlive it.
struct LaneContext {
  Engine& engine;
  Store& store;
  const RunDir& run;
  Talk& talk;
  const Service& service;        // from the catalogue
  std::filesystem::path golden;  // its data directory
  std::string root_password;
  std::vector<std::string> server_options = {};  // production parity
  std::uint64_t memory_bytes = 0;
  std::map<std::string, std::int64_t> counts = {};  // "schema.table" -> rows, from the scan
  std::map<std::string, StepRunner> runners = {};   // release -> runner
  std::map<std::string, StepRunner> codes = {};     // likewise, of what is asked whether it can live
  std::filesystem::path store_dir;  // where its clone and checkpoints go; what is there already is swept
  ReferenceTable reference = {};    // tables as upstream makes them, where that is known
  bool times_talk = false;          // how long each step talks to its server is measured

  [[nodiscard]] ServerPlace servers() const {
    return {.engine = engine,
            .store = store,
            .run = run,
            .talk = talk,
            .root_password = root_password,
            .options = server_options,
            .memory_bytes = memory_bytes,
            .of = service.name,
            .logs_statements = true};
  }
};

}  // namespace rehearsal
