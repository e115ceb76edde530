#include "base/last_words.h"

#include <algorithm>
#include <array>
#include <atomic>

#include <unistd.h>

namespace rehearsal {

namespace {

std::array<char, 1000> g_words{};
std::atomic<std::size_t> g_size{0};
static_assert(std::atomic<std::size_t>::is_always_lock_free);

}  // namespace

void set_last_words(std::string_view words) {
  g_size = 0;
  const std::size_t size = std::min(words.size(), g_words.size());
  std::copy_n(words.begin(), size, g_words.begin());
  g_size = size;
}

void say_last_words() {
  if (const std::size_t size = g_size; size > 0) {
    static_cast<void>(!::write(STDERR_FILENO, g_words.data(), size));
  }
}

}  // namespace rehearsal
