// What is said when the operator's second Ctrl-C ends the process at once.
#pragma once

#include <string_view>

namespace rehearsal {

// One at a time, the last that was set; at most 1000 bytes.
void set_last_words(std::string_view words);
// For the signal handler: writes them to standard error.
void say_last_words();

}  // namespace rehearsal
