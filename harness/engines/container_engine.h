// The engine that holds server and steps in containers, through the command line of docker or podman.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/engines/engine.h"

namespace rehearsal {

inline constexpr const char* kRunnerImage = "rehearsal/runner:bookworm";

// Of docker or podman.
[[nodiscard]] std::unique_ptr<Engine> make_container_engine(EngineKind kind, const EngineOptions& options);

// Whether the program is there and answers, and which images it has.
[[nodiscard]] EngineHealth examine_container_engine(EngineKind kind, const EngineOptions& options);

}  // namespace rehearsal
