#include "harness/run/program.h"

#include <string_view>

#include <fmt/core.h>

namespace rehearsal {

extern const std::string_view kProgramVersion, kProgramCommit;  // written by cmake/Commit.cmake

std::string program_version() {
  return kProgramCommit.empty() ? std::string(kProgramVersion)
                                : fmt::format("{} ({})", kProgramVersion, kProgramCommit);
}

}  // namespace rehearsal
