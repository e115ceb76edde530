// The run as one HTML page that stands alone: no script, no outside asset, readable on a phone, in the dark and on
// paper. Everything from the record is escaped; findings and steps can be linked to (#finding-1, #step-ID with ':').
// Long lists end with "and N more in report.json", so that the page stays below kPageBytes whatever the record holds.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "reports/record.h"

namespace rehearsal {

inline constexpr std::size_t kPageBytes = 2'000'000;

// An Error only where the page's template is broken.
[[nodiscard]] Result<std::string> to_html(const RunRecord& record);

}  // namespace rehearsal
