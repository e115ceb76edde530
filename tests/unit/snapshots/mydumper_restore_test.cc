// What mydumper itself wrote of a server comes back into a server, value for value. Skips where it is not installed.
#include <filesystem>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "snapshots/load/restore.h"
#include "snapshots/prove/proof.h"
#include "snapshots/scan/mydumper.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class MydumperRestoreTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (server_ != nullptr && find_program("mydumper").empty()) {
      GTEST_SKIP() << "mydumper is not installed";
    }
  }
  void TearDown() override {
    if (server_ != nullptr) {
      drop();
    }
  }
  static SqlLogin target() { return {server_->socket(), "root", TestServer::kPassword}; }
  static void drop() {
    for (const char* schema : {"hostile", "odd-name.x"}) {
      static_cast<void>(server_->sql()->execute(std::string("DROP DATABASE IF EXISTS `") + schema + "`"));
    }
  }
  static std::string shell(const std::string& line) {
    Command command;
    command.argv = {"sh", "-c", line};
    command.environment = own_environment();
    command.environment["MYSQL_PWD"] = TestServer::kPassword;
    command.timeout_seconds = 60;
    const auto ran = run_checked(command);
    return ran ? "" : to_text(ran.error());
  }
  static void fill() {
    drop();
    ASSERT_EQ(shell("mariadb --binary-mode --default-character-set=utf8mb4 -uroot -S " + server_->socket().string() +
                    " < " REHEARSAL_SOURCE_DIR "/tests/unit/snapshots/data/hostile.sql"),
              "");
    const auto sql = server_->sql();
    // mydumper 0.10 fails on a backtick in a name, and dumps a sequence as a table.
    ASSERT_TRUE(sql->execute("DROP SEQUENCE hostile.numbered"));
    ASSERT_TRUE(sql->execute("DROP TABLE hostile.`odd ``name``; --`"));
    for (const char* statement :
         {"CREATE DATABASE `odd-name.x`", "CREATE TABLE `odd-name.x`.`t.a b%` (id int PRIMARY KEY, v int)",
          "INSERT INTO `odd-name.x`.`t.a b%` SELECT seq, seq FROM seq_1_to_5000",
          "CREATE TABLE `odd-name.x`.`empty` (id int)", "CREATE TABLE `odd-name.x`.`a-schema` (id int)",
          "INSERT INTO `odd-name.x`.`a-schema` VALUES (7)",
          "CREATE VIEW `odd-name.x`.`a` AS SELECT * FROM `odd-name.x`.`z`, `odd-name.x`.`t.a b%`"}) {
      static_cast<void>(sql->execute(statement));
    }
    ASSERT_TRUE(sql->execute("CREATE VIEW `odd-name.x`.`z` AS SELECT id FROM `odd-name.x`.`empty`"));
    ASSERT_TRUE(sql->execute("CREATE VIEW `odd-name.x`.`first` AS SELECT id FROM `odd-name.x`.`z`"));
    ASSERT_TRUE(sql->execute("USE `odd-name.x`"));
    ASSERT_TRUE(
        sql->execute("CREATE TRIGGER tr BEFORE INSERT ON `t.a b%` FOR EACH ROW BEGIN\nSET NEW.v = 1;\n"
                     "SET NEW.v = NEW.v + 1;\nEND"));
    ASSERT_TRUE(sql->execute("CREATE PROCEDURE pr() BEGIN\nSELECT ';\n';\nSELECT 2;\nEND"));
  }
};

TEST_F(MydumperRestoreTest, WhatItDumpedComesBack) {
  int nth = 0;
  for (const std::string option : {"", "--rows 700", "--compress --rows 700", "--complete-insert --build-empty-files",
                                   "--statement-size 3000", "--chunk-filesize 1"}) {
    for (const unsigned jobs : {1U, 4U}) {
      SCOPED_TRACE(option);
      fill();
      const fs::path folder = server_->dir() / ("dump" + std::to_string(nth++));
      for (const std::string schema : {"hostile", "odd-name.x"}) {
        // Several threads of mydumper 0.10 now and then wait for each other for ever.
        ASSERT_EQ(shell("mydumper --password \"$MYSQL_PWD\" -u root -S " + server_->socket().string() + " -o " +
                        folder.string() + " -B " + schema + " -G -R -E --threads 1 " + option),
                  "");
      }
      drop();
      const auto inputs = expand_dumps({{folder.string(), ""}});
      ASSERT_TRUE(inputs) << to_text(inputs.error());
      const auto index = scan_dumps(*inputs);
      ASSERT_TRUE(index) << to_text(index.error());
      ASSERT_TRUE(require_complete(*index)) << to_text(require_complete(*index).error());
      RestoreOptions options;
      options.jobs = jobs;
      options.least_bytes = 1;
      const auto report = restore_dumps(*inputs, *index, target(), options);
      ASSERT_TRUE(report) << to_text(report.error());
      const auto proof = prove(ProofDepth::redump, target(), *inputs, *index, server_->dir(), jobs);
      ASSERT_TRUE(proof) << to_text(proof.error());
      EXPECT_TRUE(proof->proven()) << proof->text();
      EXPECT_EQ(index->triggers.size(), 3U);
      static_cast<void>(remove_tree(folder));
    }
  }
}

}  // namespace
}  // namespace rehearsal
