// The engines that are known, and which of them this machine can use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"

namespace rehearsal {

// An Error where none works here, with what each lacks.
[[nodiscard]] Result<std::unique_ptr<Engine>> make_engine(EngineKind wish, const EngineOptions& options);

// Each engine on this machine, for `rehearse doctor`.
[[nodiscard]] std::vector<EngineHealth> examine_engines(const EngineOptions& options);

}  // namespace rehearsal
