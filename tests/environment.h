// What a test is asked for by the environment.
#pragma once

#include <cstdlib>
#include <string>

namespace rehearsal {

inline std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

inline unsigned number_from_environment(const char* name, unsigned otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(value, nullptr, 10));
}

// Whether all of a kind is to be tried, which takes longer than every day allows: REHEARSAL_SURVEY=all.
inline bool is_survey() {
  return from_environment("REHEARSAL_SURVEY", "") == "all";
}

}  // namespace rehearsal
