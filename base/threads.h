// The same work for many things, in several threads at once.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/result.h"

namespace rehearsal {

// The next of the things to do; nullopt where there is none left.
using NextPlace = std::function<std::optional<std::size_t>()>;

// Runs `body` in at most `jobs` threads (0: as many as there are processors), which share the places below `count`. The
// first Error leaves no more places to the others and is returned.
[[nodiscard]] Result<void> in_threads(unsigned jobs, std::size_t count,
                                      const std::function<Result<void>(const NextPlace&)>& body);

// `jobs`, or the number of processors where it is 0.
[[nodiscard]] unsigned jobs_or_processors(unsigned jobs);

}  // namespace rehearsal
