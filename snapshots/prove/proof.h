// How deep a restore is proven, and the proving.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/words.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/prove/verify.h"

namespace rehearsal {

enum class ProofDepth {
  counts,   // every table has as many rows as the dump
  content,  // and every value is the dump's
  redump,   // and a dump of the server, made by its own tool, holds the same tables, rows and objects
};

constexpr std::array<const char*, 3> words_of(ProofDepth) {
  return {"counts", "content", "redump"};
}
// An Error of kind `usage` where it is none of them.
[[nodiscard]] Result<ProofDepth> proof_depth_of(std::string_view word);

// `scratch` is a folder that has room for a dump as large as the text of all `inputs`; only redump writes there, and
// leaves nothing.
[[nodiscard]] Result<Verification> prove(ProofDepth depth, const SqlLogin& target, const std::vector<DumpInput>& inputs,
                                         const DumpIndex& index, const std::filesystem::path& scratch,
                                         unsigned jobs = 0);

}  // namespace rehearsal
