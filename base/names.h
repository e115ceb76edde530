// Names by patterns, and as keys.
#pragma once

#include <string>
#include <vector>

namespace rehearsal {

// By one of these shell patterns: "schema.old_*".
[[nodiscard]] bool matches_any(const std::vector<std::string>& patterns, const std::string& name);

// As a key of TOML: bare where it may be.
[[nodiscard]] std::string toml_key(const std::string& name);

}  // namespace rehearsal
