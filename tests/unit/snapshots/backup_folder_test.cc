// What a physical backup says about itself decides whether a server is started on a copy of it.
#include "snapshots/bytes/backup_folder.h"

#include <map>

#include <gtest/gtest.h>

#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::string kInfo =
    "tool_name = mariadb-backup\nserver_version = 10.11.14-MariaDB-0+deb12u2\nend_time = 2026-11-26 18:59:41\n"
    "partial = N\nincremental = N\nformat = file\ncompressed = N\n";
const std::string kCheckpoints = "backup_type = full-backuped\nfrom_lsn = 0\n";
const std::string kLayout = "# made\n[mysqld]\ninnodb_data_file_path=ibdata1:12M:autoextend\ninnodb_page_size=8192\n";

class BackupFolderTest : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "backup-folder-test").value(); }
  void TearDown() override { remove_tree(dir_); }
  void write(const std::string& info, const std::string& checkpoints = kCheckpoints) {
    EXPECT_TRUE(write_file(dir_ / "xtrabackup_info", info));
    EXPECT_TRUE(write_file(dir_ / "xtrabackup_checkpoints", checkpoints));
    EXPECT_TRUE(write_file(dir_ / "backup-my.cnf", kLayout));
  }
  fs::path dir_;
};

TEST_F(BackupFolderTest, AFullBackupTellsItsServerItsMomentAndHowItsFilesLie) {
  EXPECT_FALSE(is_physical_backup(dir_));
  write(kInfo);
  EXPECT_TRUE(is_physical_backup(dir_));
  const auto backup = read_backup_folder(dir_);
  ASSERT_TRUE(backup) << to_text(backup.error());
  EXPECT_EQ(backup->server_version, "10.11.14-MariaDB-0+deb12u2");
  EXPECT_EQ(backup->ended_at, "2026-11-26 18:59:41");
  EXPECT_EQ(backup->server_options,
            (std::vector<std::string>{"--innodb-page-size=8192", "--innodb-data-file-path=ibdata1:12M:autoextend"}));
}

TEST_F(BackupFolderTest, WhatNoServerCouldReadIsRefusedByName) {
  const auto with = [](const std::string& text, const std::string& from, const std::string& to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  const std::map<std::string, std::pair<std::string, std::string>> refused = {
      {"of MySQL 8.0.36", {with(kInfo, "10.11.14-MariaDB-0+deb12u2", "8.0.36"), kCheckpoints}},
      {"incremental", {kInfo, with(kCheckpoints, "full-backuped", "incremental")}},
      {"partial", {with(kInfo, "partial = N", "partial = Y"), kCheckpoints}},
      {"compressed", {with(kInfo, "compressed = N", "compressed = compressed"), kCheckpoints}},
      {"does not say what it is", {"", ""}}};
  for (const auto& [word, files] : refused) {
    write(files.first, files.second);
    const auto backup = read_backup_folder(dir_);
    ASSERT_FALSE(backup) << word;
    EXPECT_EQ(backup.error().kind, ErrorKind::unusable_dump);
    EXPECT_NE(backup.error().what.find(word), std::string::npos) << backup.error().what;
    EXPECT_FALSE(backup.error().hint.empty());
  }
}

}  // namespace
}  // namespace rehearsal
