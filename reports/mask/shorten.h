// What a record tells at length is cut to what a reader can use; the raw output in the state directory keeps the rest.
// A report stays small whatever a step prints.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reports/record.h"

namespace rehearsal {

// At most so many bytes, whole characters of UTF-8, and how many bytes are left out.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);
// Each line likewise.
[[nodiscard]] std::string with_short_lines(std::string_view text, std::size_t most);

// Titles, details, errors, statements, output and definitions of all steps and findings. SQL of fixes stays whole: it
// is to be run.
void shorten(RunRecord& record);

}  // namespace rehearsal
