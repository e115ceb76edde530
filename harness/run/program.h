// Which rehearse this is.
#pragma once

#include <string>

namespace rehearsal {

// "0.1.0 (1a2b3c4d5e6f)": the version and the commit that it was built from, "+" behind it where files were changed;
// the version alone where the source was no repository.
[[nodiscard]] std::string program_version();

}  // namespace rehearsal
