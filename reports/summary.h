// The end of a run on a terminal, for a tired person: verdict first and again on the last line, why, conditions, lanes,
// gates, and what was not judged or not covered.
#pragma once

#include <cstddef>
#include <string>

#include "reports/record.h"

namespace rehearsal {

struct SummaryOptions {
  std::size_t width = 100;  // columns; longer lines are wrapped, never cut
  bool colours = false;
  std::string page;  // the page's path; empty: none was written
};

[[nodiscard]] std::string summary_text(const RunRecord& record, const SummaryOptions& options = {});
// One line, fit for the subject of a mail.
[[nodiscard]] std::string summary_subject(const RunRecord& record);

}  // namespace rehearsal
