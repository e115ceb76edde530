// The engines that are known, and which of them this machine can use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"

namespace rehearsal {

// `name` is "auto", "docker", "podman" or "process"; auto tries them in this order.
[[nodiscard]] Result<std::unique_ptr<Engine>> make_engine(const std::string& name, const EngineOptions& options);

// Each engine on this machine, for `rehearse doctor`.
[[nodiscard]] std::vector<EngineHealth> examine_engines(const EngineOptions& options);

}  // namespace rehearsal
