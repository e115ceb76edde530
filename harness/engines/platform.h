// Where an environment made on one file system runs on another: same distribution, machine, interpreter and its place.
#pragma once

#include <string>

#include "base/result.h"

namespace rehearsal {

// Python that prints the platform in one line, "debian12-x86_64-cpython3.11-usr"; asked of the interpreter that the
// steps will use. The last word is the interpreter's prefix, to which virtual environments link.
extern const char* const kPlatformScript;

// Checks what the interpreter printed: it becomes part of folder names.
[[nodiscard]] Result<std::string> parse_platform(const std::string& printed);

}  // namespace rehearsal
