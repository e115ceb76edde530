// What a folder that mariadb-backup wrote says about itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace rehearsal {

struct BackupFolder {
  std::filesystem::path path;
  std::string server_version;               // of the server that was backed up
  std::string ended_at;                     // "2026-11-26 18:59:41"; empty where not said
  std::vector<std::string> server_options;  // "--innodb-page-size=16384": without them its files are not read
};

// Whether the folder's names are those of a physical backup, of any tool that keeps xtrabackup's files.
[[nodiscard]] bool is_physical_backup(const std::filesystem::path& folder);

// An Error of kind `unusable_dump` where it is of MySQL, partial, compressed, incremental or does not say what it is.
[[nodiscard]] Result<BackupFolder> read_backup_folder(const std::filesystem::path& folder);

}  // namespace rehearsal
