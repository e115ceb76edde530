// What may hold servers and steps. `automatic` is a wish: the first of the others that works on this machine.
#pragma once

#include <array>

#include "base/words.h"

namespace rehearsal {

enum class EngineKind { automatic, docker, podman, process };
constexpr std::array<const char*, 4> words_of(EngineKind) {
  return {"auto", "docker", "podman", "process"};
}

// Those that are not a wish, in the order in which `automatic` tries them.
inline constexpr std::array kEngines = {EngineKind::docker, EngineKind::podman, EngineKind::process};

}  // namespace rehearsal
