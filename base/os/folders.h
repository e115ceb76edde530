// The names of files and folders, as std::filesystem asks for them: each function is a site at which a fault can be put
// (base/os/faults.h). What cannot be asked is an error, not an answer.
#pragma once

#include <filesystem>
#include <system_error>
#include <vector>

#include "base/os/site.h"

namespace rehearsal::os {

[[nodiscard]] bool exists(const std::filesystem::path& path, std::error_code& error, Site from = Site::here());
[[nodiscard]] bool is_directory(const std::filesystem::path& path, std::error_code& error, Site from = Site::here());

// All entries of a folder, in no order; with those read so far where the folder cannot be read to its end.
[[nodiscard]] std::vector<std::filesystem::directory_entry> entries(const std::filesystem::path& folder,
                                                                    std::error_code& error, Site from = Site::here());

// True where there was something to remove. The second removes folders with all that is in them.
bool remove(const std::filesystem::path& path, std::error_code& error, Site from = Site::here());
bool remove_all(const std::filesystem::path& path, std::error_code& error, Site from = Site::here());
void copy_symlink(const std::filesystem::path& link, const std::filesystem::path& to, std::error_code& error,
                  Site from = Site::here());
[[nodiscard]] std::filesystem::path weakly_canonical(const std::filesystem::path& path, std::error_code& error,
                                                     Site from = Site::here());

}  // namespace rehearsal::os
