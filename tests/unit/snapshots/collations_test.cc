// Collations are replaced where they are collations, and nowhere else.
#include "snapshots/collations.h"

#include <filesystem>
#include <fstream>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "snapshots/dump_index.h"
#include "snapshots/proof.h"
#include "snapshots/restore.h"

namespace rehearsal {
namespace {

const CollationMap kMap = {{"utf8mb4_0900_ai_ci", "utf8mb4_uca1400_ai_ci"}};

std::string mapped(const std::string& text) {
  return map_collations(text, kMap, 101118, true).text;
}

TEST(CollationsTest, OnlyTheNameOfACollationIsReplaced) {
  EXPECT_EQ(mapped("CREATE TABLE t (a text COLLATE utf8mb4_0900_ai_ci) COLLATE=utf8mb4_0900_ai_ci"),
            "CREATE TABLE t (a text COLLATE utf8mb4_uca1400_ai_ci) COLLATE=utf8mb4_uca1400_ai_ci");
  EXPECT_EQ(mapped("CREATE DATABASE d /*!40100 DEFAULT COLLATE UTF8MB4_0900_AI_CI */ /*!80016 COLLATE nothing */"),
            "CREATE DATABASE d /*!40100 DEFAULT COLLATE utf8mb4_uca1400_ai_ci */ /*!80016 COLLATE nothing */");
  EXPECT_EQ(mapped("SET collation_connection = utf8mb4_0900_ai_ci"),
            "SET collation_connection = utf8mb4_uca1400_ai_ci");
  for (const std::string same :
       {"CREATE TABLE t (utf8mb4_0900_ai_ci int)", "CREATE TABLE t (a int COMMENT 'COLLATE utf8mb4_0900_ai_ci')",
        "CREATE TABLE t (a int) -- COLLATE utf8mb4_0900_ai_ci", "CREATE TABLE t (a text COLLATE utf8mb4_0900_as_cs)",
        "CREATE TABLE t (a int COMMENT 'it\\'s COLLATE utf8mb4_0900_ai_ci')",
        "CREATE TABLE t (a text /* COLLATE utf8mb4_0900_ai_ci */)"}) {
    EXPECT_EQ(mapped(same), same);
  }
}

TEST(CollationsTest, PairsAreRead) {
  EXPECT_EQ(*parse_collation_map({"UTF8MB4_0900_ai_ci=utf8mb4_uca1400_ai_ci"}), kMap);
  for (const std::string wrong : {"utf8mb4_0900_ai_ci", "a=", "=b", "a=b;drop", "a=b=c"}) {
    EXPECT_FALSE(parse_collation_map({wrong})) << wrong;
  }
  EXPECT_FALSE(parse_collation_map({"a=b", "A=c"}));
}

class CollationRestoreTest : public ServerTest {
 protected:
  void TearDown() override {
    if (server_ != nullptr) {
      static_cast<void>(server_->sql()->execute("DROP DATABASE IF EXISTS eight"));
    }
  }
  static std::string write() {
    const std::string file = (server_->dir() / "eight.sql").string();
    std::ofstream(file, std::ios::binary)
        << "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: h    Database: eight\n"
           "-- Server version\t8.0.36\n"
           "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `eight` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE "
           "utf8mb4_0900_ai_ci */ /*!80016 DEFAULT ENCRYPTION='N' */;\nUSE `eight`;\n"
           "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `a` varchar(20) COLLATE utf8mb4_0900_ai_ci DEFAULT NULL "
           "COMMENT 'COLLATE utf8mb4_0900_ai_ci',\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `a` (`a`)\n) ENGINE=InnoDB "
           "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;\n"
           "INSERT INTO `t` VALUES (1,'COLLATE utf8mb'),(2,NULL);\n"
           "/*!50003 SET collation_connection  = utf8mb4_0900_ai_ci */ ;\nDELIMITER ;;\n"
           "/*!50003 CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.a = NEW.a COLLATE "
           "utf8mb4_0900_ai_ci */;;\nDELIMITER ;\n"
           "-- Dump completed on 2026-11-23  8:02:11\n";
    return file;
  }
  static RestoreTarget target() { return {server_->socket(), "root", TestServer::kPassword}; }
};

TEST_F(CollationRestoreTest, ADumpOfMySql8IsRefusedUntilItsCollationsAreMapped) {
  const std::vector<DumpInput> inputs = {{write(), ""}};
  const auto plain = scan_dumps(inputs);
  ASSERT_TRUE(plain);
  const auto refused = restore_dumps(inputs, *plain, target());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unusable_dump);
  EXPECT_NE(to_text(refused.error()).find("utf8mb4_0900_ai_ci"), std::string::npos) << to_text(refused.error());
  EXPECT_NE(to_text(refused.error()).find("--map-collation"), std::string::npos) << to_text(refused.error());

  TearDown();
  ScanOptions options;
  options.map_collations = kMap;
  const auto index = scan_dumps(inputs, options);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->mapped_collations, (std::map<std::string, std::uint64_t>{{"utf8mb4_0900_ai_ci", 5}}));
  EXPECT_NE(index->content_key(), plain->content_key());
  const auto report = restore_dumps(inputs, *index, target());
  ASSERT_TRUE(report) << to_text(report.error());
  bool told = false;
  for (const std::string& line : report->adaptation_lines()) {
    told =
        told || line.find("utf8mb4_0900_ai_ci is replaced by utf8mb4_uca1400_ai_ci at 5 places") != std::string::npos;
  }
  EXPECT_TRUE(told);
  const auto proof = prove(ProofDepth::redump, target(), inputs, *index, server_->dir(), 2);
  ASSERT_TRUE(proof) << to_text(proof.error());
  EXPECT_TRUE(proof->proven()) << proof->text();
  EXPECT_EQ(*server_->sql()->value("SELECT COLUMN_COMMENT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'eight'"
                                   " AND COLUMN_NAME = 'a'"),
            "COLLATE utf8mb4_0900_ai_ci");
}

}  // namespace
}  // namespace rehearsal
