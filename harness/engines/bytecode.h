// Bytecode for environments. Steps see their environment read-only and would compile it anew each time.
#pragma once

namespace rehearsal {

// Python, called with a folder of modules and a store. Files that uv linked out of its cache are the same file in every
// environment, so what one compiled the next links out of the store. Tests are left out: no step imports them, and they
// are about half of what a service installs. Files that do not compile are templates and no failure.
extern const char* const kBytecodeScript;

}  // namespace rehearsal
