// Asking a container engine by its client program.
#pragma once

#include <string>
#include <vector>

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

// `program`: "docker" or "podman".
[[nodiscard]] Result<std::string> engine_version(const std::string& program);
[[nodiscard]] bool have_image(const std::string& program, const std::string& image);

}  // namespace rehearsal
