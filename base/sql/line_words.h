// The words of SQL that is written in lines, for those who break it anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehearsal {

// The words of one line, between blanks; a quoted name or string is never parted. `quote` is the one that a line before
// left open, 0 for none, and becomes the one that this line leaves open.
[[nodiscard]] std::vector<std::string> words_of_line(std::string_view line, char& quote);

}  // namespace rehearsal
