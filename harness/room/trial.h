// Trying the room: a real server is started on an engine, and a step beside it that tries to get out in every way that
// is known (attempts.py). An engine that lets one of them through is not used.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"

namespace rehearsal {

struct RoomAttempt {
  std::string kind;  // "address", "socket", "file", "setting", "device", "process", "limit"
  std::string id;    // unique: "tcp:8.8.8.8"
  std::string what;  // for people
  bool held = false;
  std::string told;  // what it got hold of, or how it was refused
};

// All attempts in their order; those that could not be tried have not held. An Error where nothing could be tried.
// `state` is the state directory; nothing of the trial stays in it.
[[nodiscard]] Result<std::vector<RoomAttempt>> try_room(Engine& engine, const std::filesystem::path& state);

// The attempts that got through, in words: "tcp:8.8.8.8: connect to 8.8.8.8: connected".
[[nodiscard]] std::vector<std::string> holes(const std::vector<RoomAttempt>& attempts);

}  // namespace rehearsal
