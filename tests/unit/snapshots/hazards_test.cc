#include "snapshots/index/hazards.h"

#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "base/files.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class HazardsTest : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = *make_unique_dir(fs::temp_directory_path(), "hazards-test"); }
  void TearDown() override { remove_tree(dir_); }

  std::string write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_file(dir_ / name, text));
    return (dir_ / name).string();
  }
  // code -> severity
  std::map<std::string, std::string> codes(const std::string& text) {
    const auto index = scan_dumps({{write("dump.sql", text), "cloud"}});
    EXPECT_TRUE(index) << to_text(index.error());
    std::map<std::string, std::string> found;
    for (const Hazard& hazard : index->hazards) {
      found[hazard.code] = to_word(hazard.severity);
      EXPECT_FALSE(hazard.what.empty());
    }
    return found;
  }

  fs::path dir_;
};

using Codes = std::map<std::string, std::string>;

const std::string kTable =
    "CREATE TABLE `t` (`a` int) ENGINE=InnoDB;\n-- Dumping data for table `t`\nINSERT INTO `t` VALUES (1);\n";

TEST_F(HazardsTest, a_plain_dump_has_none) {
  EXPECT_EQ(
      codes("/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n-- Server version\t10.11.1-MariaDB\n" +
            kTable + "-- Dump completed on 2026-11-23  8:03:06\n"),
      Codes());
}

TEST_F(HazardsTest, each_hazard_is_found) {
  const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
      {"partial-dump", "warning", "-- WHERE:  deleted=0\n"},
      {"view-failed", "warning", "-- failed on view `v`: CREATE VIEW `v` AS select 1\n"},
      {"view-failed", "warning", "/*!50001 CREATE VIEW `v` AS SELECT\n 1 AS `a` */;\n"},
      {"insufficient-privileges", "warning", "-- insufficient privileges to SHOW CREATE PROCEDURE `p`\n"},
      {"old-server-version", "warning", "-- WARNING: old server version. The following dump may be incomplete.\n"},
      {"replication-statement", "info", "CHANGE MASTER TO MASTER_LOG_FILE='a', MASTER_LOG_POS=4;\n"},
      {"gtid-statement", "info", "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'x:1-2';\n"},
      {"account-statement", "info", "GRANT ALL ON *.* TO `a`@`%`;\n"},
      {"event-present", "info", "/*!50106 CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */;\n"},
      {"definer", "info", "CREATE DEFINER=`gone`@`10.%` VIEW `v` AS select 1 AS `a`;\n"},
      {"unknown-collation", "warning",
       "CREATE TABLE u (a text) COLLATE=utf8mb4_0900_ai_ci;\nINSERT INTO u VALUES (1);-- \n-- Dumping data for table "
       "`u`\n"},
      {"mysql8-producer", "warning", "-- Server version\t8.0.36\n"},
      {"mysql-producer", "warning", "-- Server version\t5.7.44-log\n"},
      {"non-innodb-engine", "warning", "CREATE TABLE u (a int) ENGINE=MyISAM;\n-- Dumping data for table `u`\n"},
      {"no-data-section", "warning", "CREATE TABLE u (a int);\n"},
      {"no-structure", "warning", "INSERT INTO u VALUES (1);\n"},
      {"system-schema", "info", "INSERT INTO mysql.user VALUES (1);\n"},
      {"suspicious-charset", "warning", "/*!40101 SET NAMES gbk */;\n"},
      {"noise-line", "info", "mysqldump: [Warning] Using a password on the command line interface can be insecure.\n"},
      {"dump-error", "warning",
       "mysqldump: Error 2013: Lost connection to server during query when dumping table `t` at row: 9\n"},
      {"client-command", "warning", "\\! rm -rf /\n"},
      {"zero-date", "info",
       "CREATE TABLE u (a datetime NOT NULL DEFAULT '0000-00-00 00:00:00');\n-- Dumping data for table `u`\n"},
      {"row-format", "info", "CREATE TABLE u (a int) ROW_FORMAT=COMPACT;\n-- Dumping data for table `u`\n"}};
  for (const auto& [code, severity, text] : cases) {
    EXPECT_EQ(codes(kTable + text), (Codes{{code, severity}})) << text;
  }
}

// The finding's table was the whole message.
TEST_F(HazardsTest, an_error_of_the_producer_tells_its_table) {
  const std::string error = "mysqldump: Error 2013: Lost connection when dumping table `t` at row: ";
  const auto index = scan_dumps({{write("dump.sql", kTable + error + "9\n" + error + "12\n"), "d"}});
  ASSERT_TRUE(index);
  ASSERT_EQ(index->hazards.size(), 2U) << "each message is told";
  EXPECT_EQ(index->hazards[0].object, "d.t");
  EXPECT_NE(index->hazards[1].what.find("at row: 12"), std::string::npos);
}

TEST_F(HazardsTest, the_words_of_a_hazard_in_a_value_are_none) {
  EXPECT_EQ(
      codes(kTable + "INSERT INTO t VALUES ('\n-- WHERE:  x\n\\\\! ls\n-- failed on view `v`\nCHANGE MASTER TO x;\n"
                     "utf8mb4_0900_ai_ci GRANT ALL');\n"),
      Codes());
  EXPECT_EQ(codes(kTable + "CREATE TABLE u (a int COMMENT 'ENGINE=MyISAM utf8mb4_0900_ai_ci ROW_FORMAT=COMPACT');\n"
                           "-- Dumping data for table `u`\n"),
            Codes());
}

TEST_F(HazardsTest, a_stand_in_followed_by_its_view_is_none) {
  EXPECT_EQ(codes(kTable +
                  "/*!50001 CREATE VIEW `v` AS SELECT\n 1 AS `a` */;\n/*!50001 DROP VIEW IF EXISTS `v`*/;\n"
                  "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50001 VIEW `v` AS select `t`.`a` AS `a` from `t` */;\n"),
            Codes());
}

// With --skip-comments an empty table was taken for one whose rows are left out, and the other way round.
TEST_F(HazardsTest, the_lock_of_a_table_tells_that_its_rows_were_dumped) {
  const std::string locked =
      "CREATE TABLE `t` (`a` int);\nLOCK TABLES `t` WRITE;\nINSERT INTO `t` VALUES (1);\nUNLOCK TABLES;\n"
      "CREATE TABLE `empty` (`a` int);\nLOCK TABLES `empty` WRITE;\nUNLOCK TABLES;\n";
  EXPECT_EQ(codes(locked), Codes());
  EXPECT_EQ(codes(locked + "CREATE TABLE `u` (`a` int);\n"), (Codes{{"no-data-section", "warning"}}));
  EXPECT_EQ(codes("CREATE TABLE `t` (`a` int);\nINSERT INTO `t` VALUES (1);\nCREATE TABLE `u` (`a` int);\n"), Codes())
      << "a dump that marks no table's rows does not tell an empty table from one that is left out";
}

TEST_F(HazardsTest, tables_without_any_schema_are_told) {
  const auto index = scan_dumps({{write("dump.sql", kTable), ""}});
  ASSERT_TRUE(index);
  ASSERT_EQ(index->hazards.size(), 1U);
  EXPECT_EQ(index->hazards[0].code, "no-schema");
}

TEST_F(HazardsTest, files_of_different_times_are_skewed_and_the_difference_is_told) {
  const auto skew = [&](const std::string& later) {
    const auto index = scan_dumps({{write("a.sql", kTable + "-- Dump completed on 2026-11-23  8:03:06\n"), "a"},
                                   {write("b.sql", kTable + "-- Dump completed on " + later + "\n"), "b"}});
    return index && !index->hazards.empty() ? index->hazards[0] : Hazard{};
  };
  EXPECT_EQ(skew("2026-11-23  8:03:06").code, "");
  EXPECT_EQ(skew("2026-11-23  8:03:30").severity, Severity::info);
  const Hazard wide = skew("2026-11-23 10:13:06");
  EXPECT_EQ(wide.code, "skew");
  EXPECT_EQ(wide.severity, Severity::warning);
  EXPECT_NE(wide.what.find("2 h 10 min"), std::string::npos) << wide.what;
}

}  // namespace
}  // namespace rehearsal
