// The run as JUnit XML, for machines that show test results: a suite "verdict", then a suite a service with a test case
// a step. A NO-GO or INCONCLUSIVE verdict and a failed step are failures; a step that did not run is skipped.
#pragma once

#include <string>

#include "reports/record.h"

namespace rehearsal {

[[nodiscard]] std::string to_junit(const RunRecord& record);

}  // namespace rehearsal
