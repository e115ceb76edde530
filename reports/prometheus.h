// The run as metrics in the Prometheus text format, for the textfile collector of a node exporter. Every series is
// unique, whatever the record holds; the file is to be replaced as a whole after each run.
#pragma once

#include <string>

#include "reports/record.h"

namespace rehearsal {

[[nodiscard]] std::string to_prometheus(const RunRecord& record);

}  // namespace rehearsal
