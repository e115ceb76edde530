// The run on one screen of Markdown, for the description of a change: verdict, reasons, blockers and conditions with
// their fixes, services, the gates that did not pass, and what was not judged. Long lists end with a count.
#pragma once

#include <string>

#include "reports/record.h"

namespace rehearsal {

[[nodiscard]] std::string to_markdown(const RunRecord& record);

}  // namespace rehearsal
