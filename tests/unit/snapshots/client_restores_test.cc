// Dumps that the client restores and a restore once refused: both hold the same.
#include "client_fixture.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

const std::string kRestoresHead =
    "-- MySQL dump 10.13  Distrib 5.5.68-MariaDB, for debian-linux-gnu (x86_64)\n--\n-- Host: localhost    Database: "
    "d\n"
    "CREATE DATABASE d CHARACTER SET utf8mb4;\nUSE d;\n";
const std::string kRestoresEnd = "-- Dump completed on 2026-11-28  1:00:00\n";

class ClientRestoresTest : public ClientTest {
 protected:
  // "" where both hold the same and every value is proven.
  static std::string compared_in_depth(const std::string& text) {
    const std::string file = write("dump.sql", text);
    if (std::string difference = compared({file}); !difference.empty()) {
      return difference;
    }
    wipe();
    return restored({file}, {}, ProofDepth::content);
  }
};

// A table in an executable comment was taken for the stand-in of a view.
TEST_F(ClientRestoresTest, a_table_in_an_executable_comment) {
  EXPECT_EQ(
      compared_in_depth(kRestoresHead +
                        "/*!50001 CREATE TABLE `a` (`id` int NOT NULL, `v` varchar(9), PRIMARY KEY (`id`)) */;\n"
                        "INSERT INTO `a` VALUES (1,'x'),(2,'y');\n"
                        "/*!50001 CREATE TABLE `b` (`id` int, `v` text) ENGINE=MyISAM */;\n"
                        "INSERT INTO `b` VALUES (1,'x'),(2,'y');\n"
                        "/*!40000 CREATE TABLE IF NOT EXISTS `c` (`id` int) */;\nINSERT INTO `c` VALUES (1);\n"
                        "/*!50001 CREATE TABLE `empty` (`id` int) ENGINE=MyISAM */;\n"
                        "/*!50001 CREATE TABLE `view` (`id` tinyint NOT NULL, `v` tinyint NOT NULL) ENGINE=MyISAM "
                        "*/;\n/*!50001 DROP TABLE IF EXISTS `view`*/;\n"
                        "/*!50001 CREATE VIEW `view` AS SELECT `id`, `v` FROM `a` */;\n" +
                        kRestoresEnd),
      "");
}

// What the client sends as the character set that it begins with.
TEST_F(ClientRestoresTest, rows_without_any_set_names) {
  const std::string tables =
      "CREATE TABLE `a` (`id` int PRIMARY KEY, `v` varchar(40), `ä` varchar(40)) CHARSET=utf8mb4;\n"
      "CREATE TABLE `l` (`id` int PRIMARY KEY, `v` varchar(40) DEFAULT 'é') CHARSET=latin1;\n"
      "CREATE TABLE `ü` (`id` int PRIMARY KEY, `v` varchar(40)) CHARSET=ucs2 COMMENT='日本';\n"
      "CREATE VIEW `vü` AS SELECT 'ä' AS `ä`;\nCREATE PROCEDURE `pä`() SELECT 'ä';\n";
  EXPECT_EQ(compared_in_depth(kRestoresHead + tables +
                              "INSERT INTO `a` VALUES (1,'café €','日本 😀'),(2,'ä',NULL);\n"
                              "INSERT INTO `l` VALUES (1,'café €'),(2,'x');\nINSERT INTO `ü` VALUES (1,'日本');\n" +
                              kRestoresEnd),
            "");
}

// The client loses the values: the server takes them for raw bytes. So does a restore, and a proof says why.
TEST_F(ClientRestoresTest, uuids_and_addresses_dumped_as_binary) {
  const std::string make =
      write("make.sql", kRestoresHead +
                            "CREATE TABLE `m` (`id` uuid PRIMARY KEY, `six` inet6, `four` inet4);\n"
                            "INSERT INTO `m` VALUES ('123e4567-e89b-12d3-a456-426655440000',"
                            "'2001:db8::1','10.0.0.1');\n" +
                            kRestoresEnd);
  const std::string file = (server_->dir() / "binary.sql").string();
  for (const char* more : {"", "--hex-blob", "--skip-extended-insert --complete-insert"}) {
    SCOPED_TRACE(more);
    wipe();
    ASSERT_EQ(client({make}), "");
    ASSERT_EQ(shell("mariadb-dump --default-character-set=binary " + std::string(more) + socket() + "--databases d > " +
                    file),
              "");
    wipe();
    ASSERT_EQ(client({file}), "");
    const std::string theirs = state();
    EXPECT_NE(theirs.find("00000000-0000-0000-0000-000000000000"), std::string::npos) << theirs;
    wipe();
    EXPECT_EQ(restored({file}, {}, ProofDepth::counts), "");
    EXPECT_EQ(first_difference(state(), theirs), "");
    wipe();
    const std::string refused = restored({file}, {}, ProofDepth::content);
    EXPECT_NE(refused.find("UUID, INET4 and INET6 columns"), std::string::npos) << refused;
  }
}

// A row so long is not copied on its way: its numbers go apart from the statement.
TEST_F(ClientRestoresTest, a_row_of_long_hexadecimal_numbers) {
  const std::string file = write(
      "long.sql", kRestoresHead +
                      "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';\nCREATE TABLE `b` (`id` int AUTO_INCREMENT PRIMARY "
                      "KEY, `b` longblob, `t` longtext, `c` varchar(9));\nINSERT INTO `b` VALUES (0,0x" +
                      std::string(17 << 20, 'A') + ",0x" + std::string(2 << 20, '4') + ",'a\\\\?');\n" + kRestoresEnd);
  const auto held = [] {
    const auto rows = server_->sql()->query("SELECT id, LENGTH(b), MD5(b), LENGTH(t), MD5(t), c FROM d.b");
    std::string text;
    for (const Row& row : rows.value_or(std::vector<Row>())) {
      for (const auto& value : row) {
        text += value.value_or("NULL") + " ";
      }
    }
    return text;
  };
  wipe();
  ASSERT_EQ(client({file}), "");
  const std::string theirs = held();
  EXPECT_NE(theirs.find("8912896"), std::string::npos) << theirs;
  wipe();
  EXPECT_EQ(restored({file}, {}, ProofDepth::counts), "");
  EXPECT_EQ(held(), theirs);
}

// What else a dump in binary holds comes back as it was.
TEST_F(ClientRestoresTest, other_columns_dumped_as_binary) {
  const std::string make = write(
      "make.sql", kRestoresHead +
                      "CREATE TABLE `m` (`id` int PRIMARY KEY, `b` binary(4), `t` varchar(20), `l` varchar(9) CHARSET "
                      "latin1, `bits` bit(9), `p` point, `d` datetime(3), `e` enum('é','x'));\n"
                      "INSERT INTO `m` VALUES (1,0x00ff27,'café','é',b'101',POINT(1,2),'2026-01-02 03:04:05.678',"
                      "'é'),(2,'\\\\\\'\"\\n','x','',0,NULL,NULL,'x'),(3,NULL,NULL,NULL,NULL,NULL,NULL,NULL);\n" +
                      kRestoresEnd);
  const std::string file = (server_->dir() / "binary.sql").string();
  for (const char* more : {"--hex-blob", "--hex-blob --skip-extended-insert"}) {
    SCOPED_TRACE(more);
    wipe();
    ASSERT_EQ(client({make}), "");
    ASSERT_EQ(shell("mariadb-dump --default-character-set=binary " + std::string(more) + socket() + "--databases d > " +
                    file),
              "");
    EXPECT_EQ(compared_in_depth(read_file(file).value_or("")), "");
  }
}

}  // namespace
}  // namespace rehearsal
