// How much a finding weighs.
#pragma once

#include <array>

#include "base/words.h"

namespace rehearsal {

// blocker: the upgrade cannot go ahead so; warning: it can, on a condition; info: good to know.
enum class Severity { blocker, warning, info };
constexpr std::array<const char*, 3> words_of(Severity) {
  return {"blocker", "warning", "info"};
}

}  // namespace rehearsal
