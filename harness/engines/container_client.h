// Asking a container engine by its client program.
#pragma once

#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "base/process.h"
#include "base/result.h"

namespace rehearsal {

inline constexpr double kClientSeconds = 120;         // an engine that takes longer for a small question hangs
inline constexpr double kAfterInterruptSeconds = 20;  // one that hangs keeps nobody longer from going

[[nodiscard]] Command client_command(std::vector<std::string> argv, double timeout_seconds);

// An order that must be carried out also after Ctrl-C, by an engine that answers.
Result<std::string> order(std::vector<std::string> argv, double timeout_seconds = kClientSeconds);

// A question, whose answer nobody needs after Ctrl-C.
[[nodiscard]] Result<std::string> question(std::vector<std::string> argv, double timeout_seconds = kClientSeconds);

// Of an engine of containers, whose program has its name.
[[nodiscard]] Result<std::string> engine_version(EngineKind engine);
[[nodiscard]] bool have_image(const std::string& program, const std::string& image);

}  // namespace rehearsal
