// The same work for many things, over several connections at once.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"
#include "base/sql/sql.h"

namespace rehearsal {

// Calls work(i, connection) for each i below `count`, from at most `jobs` threads (0: as many as there are processors).
// The first Error stops the others before their next call and is returned.
[[nodiscard]] Result<void> side_by_side(const SqlLogin& target, unsigned jobs, std::size_t count,
                                        const std::function<Result<void>(std::size_t, Sql&)>& work);

}  // namespace rehearsal
