#include "snapshots/bytes/backup_folder.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/contains.h"
#include "base/files.h"
#include "base/os/folders.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 5> kMarks = {"xtrabackup_checkpoints", "mariadb_backup_checkpoints", "backup-my.cnf",
                                               "xtrabackup_info", "mariadb_backup_info"};
// Of backup-my.cnf: how the files are laid out. What else it says is the server's business.
constexpr std::array<const char*, 3> kLayout = {"innodb_page_size", "innodb_data_file_path", "innodb_undo_tablespaces"};

// "name = value" or "name=value" lines.
std::map<std::string, std::string> values_of(const fs::path& folder, const std::vector<const char*>& names) {
  std::map<std::string, std::string> values;
  for (const char* name : names) {
    for (const std::string& line : lines_of(read_file(folder / name).value_or(""))) {
      if (const std::size_t equals = line.find('='); equals != std::string::npos) {
        values[std::string(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
      }
    }
  }
  return values;
}

tl::unexpected<Error> unusable_backup(std::string what, const fs::path& folder, std::string hint) {
  return fail(ErrorKind::unusable_dump, std::move(what), folder.string(), std::move(hint));
}

}  // namespace

bool is_physical_backup(const fs::path& folder) {
  return std::any_of(kMarks.begin(), kMarks.end(), [&](const char* name) {
    std::error_code error;
    return os::exists(folder / name, error);
  });
}

Result<BackupFolder> read_backup_folder(const fs::path& folder) {
  const auto said = values_of(
      folder, {"xtrabackup_info", "mariadb_backup_info", "xtrabackup_checkpoints", "mariadb_backup_checkpoints"});
  const auto value = [&](const char* name) {
    const auto at = said.find(name);
    return at == said.end() ? std::string() : at->second;
  };
  BackupFolder backup;
  backup.path = folder;
  backup.server_version = value("server_version");
  backup.ended_at = value("end_time");
  if (said.empty()) {
    return unusable_backup(
        "the physical backup does not say what it is: it has neither xtrabackup_info nor checkpoints", folder,
        "the backup did not finish: take another");
  }
  if (!backup.server_version.empty() && !contains(backup.server_version, "MariaDB")) {
    return unusable_backup(
        "this is a physical backup of MySQL " + backup.server_version + ", which no MariaDB can read", folder,
        "dump it with mysqldump --single-transaction --all-databases --routines --events");
  }
  if (const std::string type = value("backup_type"); type == "incremental" || value("incremental") == "Y") {
    return unusable_backup("this is an incremental backup, which holds only what has changed", folder,
                           "name the full backup that it belongs to, with the increments applied to a copy of it "
                           "(mariadb-backup --prepare --incremental-dir)");
  }
  if (value("partial") == "Y") {
    return unusable_backup("this is a partial backup: the server's own tables or databases are missing", folder,
                           "make a full backup, or dump the databases with mariadb-dump");
  }
  if (value("compressed") == "Y" || value("compressed") == "compressed") {
    return unusable_backup("the files of this backup are compressed", folder,
                           "decompress them first: mariadb-backup --decompress --target-dir=" + folder.string());
  }
  const auto layout = values_of(folder, {"backup-my.cnf"});
  for (const char* name : kLayout) {
    if (const auto at = layout.find(name); at != layout.end() && !at->second.empty()) {
      backup.server_options.push_back("--" + replace_all(name, "_", "-") + "=" + at->second);
    }
  }
  return backup;
}

}  // namespace rehearsal
