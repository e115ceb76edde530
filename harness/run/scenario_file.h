// The scenario of a command: read, and held against the catalogue, the files that it names and the engine that is to
// run it, before anything is scanned, downloaded or started.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/engine_kind.h"
#include "base/result.h"
#include "harness/engines/engine.h"
#include "scenarios/catalogue.h"
#include "scenarios/scenario.h"

namespace rehearsal {

struct ScenarioUse {
  std::optional<EngineKind> engine;  // of the command line; none: as the scenario says
  EngineOptions options;             // with which `auto` is tried, where the scenario gives images
  bool dumps = true;                 // its dumps are read
};

// All errors are reported at once, in one Error of kind `wrong_scenario`.
[[nodiscard]] Result<Scenario> open_scenario(const std::filesystem::path& file, const Catalogue& catalogue,
                                             const ScenarioUse& use);

}  // namespace rehearsal
