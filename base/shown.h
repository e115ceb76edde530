// Text of bytes that nobody has checked (names, values and messages out of a dump), made fit for a terminal. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rehearsal {

// Valid UTF-8 without control characters but newline and tab: other bytes are written \xE9, other control characters
// and those that turn the direction of text \x1B or \u202E. Text that needs none of it is unchanged.
[[nodiscard]] std::string shown(std::string_view text);

// Bytes at the end of the text that begin a character and do not end it; 0 where there are none.
[[nodiscard]] std::size_t unfinished_bytes(std::string_view text);

}  // namespace rehearsal
