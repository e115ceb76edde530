// Mounts that a store needs: an overlay over a data directory, and a file system in an image file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace rehearsal {

// Mount points at or below `dir` in this mount namespace, deepest first.
[[nodiscard]] Result<std::vector<std::filesystem::path>> mounts_below(const std::filesystem::path& dir);
[[nodiscard]] Result<bool> is_mount_point(const std::filesystem::path& dir);

// An overlay keeps its parts beside its mount point, in DIR.layer: upper/, work/ and the file `lower`, which names the
// folder below. So it can be mounted again after a reboot.
[[nodiscard]] std::filesystem::path layer_of(const std::filesystem::path& dir);
[[nodiscard]] Result<bool> is_overlay_clone(const std::filesystem::path& dir);
// Makes DIR and DIR.layer and mounts. The upper folder belongs to the owner of `lower`.
[[nodiscard]] Result<void> make_overlay(const std::filesystem::path& lower, const std::filesystem::path& dir);
// The same with a copy of another overlay's upper folder.
[[nodiscard]] Result<void> copy_overlay(const std::filesystem::path& from, const std::filesystem::path& dir);
// Mounts what exists; mounted already is not a failure.
[[nodiscard]] Result<void> mount_overlay(const std::filesystem::path& dir);
// Really mounts one below `dir` and writes through it.
[[nodiscard]] bool has_overlay(const std::filesystem::path& dir);

// Unmounts all that is at or below `dir`; what is busy is detached.
Result<void> unmount_below(const std::filesystem::path& dir);

// Makes the image (sparse, XFS with reflink) where there is none, and mounts it through a loop device.
[[nodiscard]] Result<void> make_image(const std::filesystem::path& image, std::uint64_t bytes);
[[nodiscard]] Result<void> mount_image(const std::filesystem::path& image, const std::filesystem::path& dir);
// An Error where it is still in use.
Result<void> unmount_image(const std::filesystem::path& dir);

}  // namespace rehearsal
