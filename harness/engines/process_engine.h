// The engine for machines without a container engine: a private mariadbd, and steps, in sandboxes made with bwrap and
// nsenter. Needs bubblewrap, util-linux and MariaDB's server programs. Root, or a user who may make user namespaces.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/engines/engine.h"

namespace rehearsal {

[[nodiscard]] std::unique_ptr<Engine> make_process_engine(const EngineOptions& options);

// What this machine lacks for it; empty: ready.
[[nodiscard]] std::vector<std::string> process_engine_problems();
// What it would use, and what only the making of environments lacks.
[[nodiscard]] std::string process_engine_detail();

}  // namespace rehearsal
