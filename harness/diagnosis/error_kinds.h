// Which demand a server error may tell of.
#pragma once

#include <vector>

#include "harness/diagnosis/demand.h"

namespace rehearsal {

// The demands that the server tells of by this number, the likeliest first.
[[nodiscard]] std::vector<Demand::Kind> kinds_of(int number);

}  // namespace rehearsal
