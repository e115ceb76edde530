#include "base/random.h"

#include <random>

#include <fmt/core.h>

namespace rehearsal {

std::string random_word() {
  std::random_device random;
  std::string word;
  for (int i = 0; i < 4; ++i) {
    word += fmt::format("{:08x}", random());
  }
  return word;
}

}  // namespace rehearsal
