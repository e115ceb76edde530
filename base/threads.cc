#include "base/threads.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace rehearsal {

unsigned jobs_or_processors(unsigned jobs) {
  return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

Result<void> in_threads(unsigned jobs, std::size_t count, const std::function<Result<void>(const NextPlace&)>& body) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> first;
  const NextPlace place = [&]() -> std::optional<std::size_t> {
    const std::size_t at = next++;
    return at < count ? std::optional(at) : std::nullopt;
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min<std::size_t>(jobs_or_processors(jobs), count); ++i) {
    threads.emplace_back([&] {
      if (auto done = body(place); !done) {
        next = count;
        const std::lock_guard<std::mutex> lock(mutex);
        first = first ? first : std::optional(std::move(done).error());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  if (first) {
    return fail(std::move(*first));
  }
  return {};
}

}  // namespace rehearsal
