// What a verdict speaks of, and what stands beside it: a GO is for a scope and for what was shown. Every shape of the
// report says both.
#pragma once

#include <string>
#include <vector>

#include "reports/record.h"

namespace rehearsal {

// "image, compute only; what-if: rows were purged first"; empty where the verdict is for the whole snapshot as it is.
[[nodiscard]] std::string scope_text(const RunRecord& record);

// The verdict as it may be quoted: "GO", "GO (image only)".
[[nodiscard]] std::string verdict_words(const RunRecord& record);

// One sentence for each thing that the verdict does not speak of or was not shown: a what-if, chosen services, skipped
// schemas, schemas without coverage where the verdict says something else, gates that are not mandatory and did not
// run, and what was not compared or not reproduced. The gravest first.
[[nodiscard]] std::vector<std::string> told_beside(const RunRecord& record);

}  // namespace rehearsal
