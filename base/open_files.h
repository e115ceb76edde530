// The limit for open files that this process and what it starts has.
#pragma once

#include "base/result.h"

namespace rehearsal {

// Raises the limit as far as it may be raised, up to `wanted`. An Error where it stays below `needed`.
[[nodiscard]] Result<void> want_open_files(unsigned long needed, unsigned long wanted);

}  // namespace rehearsal
