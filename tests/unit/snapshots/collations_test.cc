// Collations are replaced where they are collations, and nowhere else.
#include "snapshots/index/collations.h"

#include <filesystem>
#include <fstream>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "snapshots/index/dump_index.h"
#include "snapshots/index/mysql_collations.h"
#include "snapshots/load/restore.h"
#include "snapshots/prove/proof.h"

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

// Issue of every cloud that comes from MySQL 8: its collations are NO PAD.
TEST_F(ServerTest, EveryCollationOfMySql8HasAStandInThatTheServerKnowsAndThatCountsBlanks) {
  for (const std::string name :
       {"utf8mb4_0900_ai_ci", "utf8mb4_0900_as_ci", "utf8mb4_0900_as_cs", "utf8mb4_0900_bin",
        "utf8mb4_de_pb_0900_ai_ci", "utf8mb4_is_0900_as_cs", "utf8mb4_es_trad_0900_ai_ci", "utf8mb4_ja_0900_as_cs_ks",
        "utf8mb4_zh_0900_as_cs", "utf8mb4_ru_0900_ai_ci", "utf8mb4_sr_latn_0900_ai_ci", "utf8mb4_vi_0900_ai_ci"}) {
    const std::string to = stand_in_for_mysql(name);
    const auto differ = server_->sql()->value("SELECT _utf8mb4'prod' COLLATE " + to + " <> _utf8mb4'prod '");
    ASSERT_TRUE(differ) << name << ": " << to_text(differ.error());
    EXPECT_EQ(differ->value_or(""), "1") << name << " " << to;
  }
  for (const std::string name : {"utf8mb4_general_ci", "utf8mb4_uca1400_ai_ci", "latin1_swedish_ci"}) {
    EXPECT_EQ(stand_in_for_mysql(name), "");
  }
  EXPECT_EQ(stand_in_for_mysql("utf8mb4_0900_ai_ci"), "utf8mb4_uca1400_nopad_ai_ci");
  EXPECT_EQ(mapping_options({"utf8mb4_bin", "utf8mb4_0900_ai_ci", "utf8mb4_0900_bin"}),
            "--map-collation utf8mb4_0900_ai_ci=utf8mb4_uca1400_nopad_ai_ci "
            "--map-collation utf8mb4_0900_bin=utf8mb4_nopad_bin");
}

class CollationRestoreTest : public ServerTest {
 protected:
  void TearDown() override {
    if (server_ != nullptr) {
      static_cast<void>(server_->sql()->execute("DROP DATABASE IF EXISTS eight"));
    }
  }
  static std::string write(const std::string& rows = "(1,'COLLATE utf8mb'),(2,NULL)") {
    const std::string file = (server_->dir() / "eight.sql").string();
    std::ofstream(file, std::ios::binary)
        << "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: h    Database: eight\n"
           "-- Server version\t8.0.36\n"
           "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `eight` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE "
           "utf8mb4_0900_ai_ci */ /*!80016 DEFAULT ENCRYPTION='N' */;\nUSE `eight`;\n"
           "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `a` varchar(20) COLLATE utf8mb4_0900_ai_ci DEFAULT NULL "
           "COMMENT 'COLLATE utf8mb4_0900_ai_ci',\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `a` (`a`)\n) ENGINE=InnoDB "
           "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;\n"
           "INSERT INTO `t` VALUES " +
               rows +
               ";\n"
               "/*!50003 SET collation_connection  = utf8mb4_0900_ai_ci */ ;\nDELIMITER ;;\n"
               "/*!50003 CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.a = NEW.a COLLATE "
               "utf8mb4_0900_ai_ci */;;\nDELIMITER ;\n"
               "-- Dump completed on 2026-11-23  8:02:11\n";
    return file;
  }
  static SqlLogin target() { return {server_->socket(), "root", TestServer::kPassword}; }
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

TEST_F(CollationRestoreTest, TextsThatDifferInABlankLoadWithTheCollationThatTheHazardAdvises) {
  const std::vector<DumpInput> inputs = {{write("(1,'prod'),(2,'prod ')"), ""}};
  const auto plain = scan_dumps(inputs);
  ASSERT_TRUE(plain);
  std::vector<std::string> told;
  for (const Hazard& hazard : plain->hazards) {
    if (hazard.code == "unknown-collation") {
      told.push_back(hazard.what);
    }
  }
  ASSERT_EQ(told.size(), 1U) << join(told, "\n");  // once, not once a table and trigger
  EXPECT_NE(told[0].find("utf8mb4_0900_ai_ci at 5 places"), std::string::npos) << told[0];
  EXPECT_NE(told[0].find("--map-collation utf8mb4_0900_ai_ci=utf8mb4_uca1400_nopad_ai_ci"), std::string::npos);

  ScanOptions options;
  options.map_collations = {{"utf8mb4_0900_ai_ci", "utf8mb4_uca1400_ai_ci"}};
  auto index = scan_dumps(inputs, options);
  ASSERT_TRUE(index);
  const auto refused = restore_dumps(inputs, *index, target());
  ASSERT_FALSE(refused);
  const std::string why = to_text(refused.error());
  EXPECT_NE(why.find("utf8mb4_0900_ai_ci=utf8mb4_uca1400_nopad_ai_ci"), std::string::npos) << why;
  EXPECT_EQ(why.find("damaged"), std::string::npos) << why;

  TearDown();
  options.map_collations = {{"utf8mb4_0900_ai_ci", "utf8mb4_uca1400_nopad_ai_ci"}};
  index = scan_dumps(inputs, options);
  ASSERT_TRUE(index);
  const auto report = restore_dumps(inputs, *index, target());
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(server_->sql()->value("SELECT COUNT(*) FROM eight.t")->value_or(""), "2");
}

// What stands for each other is replaced at once, not one after the other.
TEST(CollationsTest, TwoCanChangePlaces) {
  const CollationMap swap = {{"a_ci", "b_ci"}, {"b_ci", "a_ci"}};
  EXPECT_EQ(map_collations("CREATE TABLE t (x text COLLATE a_ci) COLLATE=b_ci", swap, 101114, true).text,
            "CREATE TABLE t (x text COLLATE b_ci) COLLATE=a_ci");
}

}  // namespace
}  // namespace rehearsal
