// A program that the operator works with: it has our streams and, on a terminal, the keyboard.
#pragma once

#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"

namespace rehearsal {

// Runs it to its end and gives its exit status, 128 + signal where a signal ended it. It inherits the three streams and
// nothing else. Ctrl-C on a terminal is the program's own affair; any other request to stop (a signal sent to us, a
// terminal that is closed) ends it and is an Error of kind `interrupted`.
[[nodiscard]] Result<int> run_in_foreground(const std::vector<std::string>& argv, const Environment& environment);

}  // namespace rehearsal
