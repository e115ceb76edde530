// Copying a data directory file by file: shared extents where the file system has them, holes kept otherwise.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace rehearsal {

enum class CopyMethod {
  reflink,  // FICLONE: an Error where the file system cannot
  sparse,   // bytes; holes stay holes
};

// `to` must not exist; its parents are made. Owners, modes, symbolic links and extended attributes are kept; sockets,
// pipes and pid files are not copied. What was made is removed again after an Error.
[[nodiscard]] Result<void> copy_tree(const std::filesystem::path& from, const std::filesystem::path& to,
                                     CopyMethod method);

// Really clones a file below `dir`.
[[nodiscard]] bool has_reflink(const std::filesystem::path& dir);

}  // namespace rehearsal
