#include "snapshots/scan/scanner.h"

#include <random>

#include "scan_helpers.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

using testing_scan::expect_ranges_are_the_file;
using testing_scan::hostile_dump;
using testing_scan::scan_text;
using testing_scan::Scanned;
using testing_scan::Told;
using testing_scan::whole;

TEST(Scanner, tells_a_hostile_dump_statement_by_statement) {
  const Scanned scanned = scan_text(hostile_dump());
  ASSERT_EQ(scanned.error, "");
  expect_ranges_are_the_file(scanned, hostile_dump());
  EXPECT_FALSE(scanned.end.inside) << scanned.end.what;
  const std::vector<Told> told = scanned.statements();
  std::vector<EventKind> kinds;
  for (const Told& event : told) {
    kinds.push_back(event.kind);
  }
  using enum EventKind;
  EXPECT_EQ(kinds, (std::vector<EventKind>{client_command, session, create_table, session, insert, insert, insert,
                                           session, create_view, client_command, create_trigger, client_command,
                                           create_view, session}));
  EXPECT_EQ(told[2].object, "odd`name");
  EXPECT_EQ(told[2].schema, "cloud");
  EXPECT_EQ(told[4].object, "odd`name");
  EXPECT_EQ(told[4].rows, 13U);
  EXPECT_EQ(told[4].head, "INSERT INTO `odd``name` VALUES");
  EXPECT_EQ(told[5].schema, "other");
  EXPECT_EQ(told[5].rows, 2U);
  EXPECT_EQ(told[5].head, "INSERT  IGNORE INTO `other`.`t` (`id`, `values`) VALUES");
  EXPECT_EQ(told[5].rows_text, "(1,2),(3,4)");
  EXPECT_EQ(told[6].rows, 1U);
  EXPECT_TRUE(told[8].placeholder);
  EXPECT_EQ(told[8].object, "v");
  EXPECT_EQ(told[10].object, "trg");
  EXPECT_TRUE(told[10].text.ends_with("END */"));
  EXPECT_FALSE(told[12].placeholder);
}

TEST(Scanner, tells_the_same_whatever_the_chunks_and_the_window) {
  const std::vector<Told> expected = whole(scan_text(hostile_dump()));
  for (std::size_t chunk = 1; chunk <= 300; ++chunk) {
    for (const std::size_t window : {std::size_t{64}, std::size_t{100}, std::size_t{1} << 20}) {
      ScanSettings settings;
      settings.window = window;
      const Scanned scanned = scan_text(hostile_dump(), settings, chunk);
      ASSERT_EQ(scanned.error, "");
      expect_ranges_are_the_file(scanned, hostile_dump());
      const std::vector<Told> told = whole(scanned);
      ASSERT_EQ(told.size(), expected.size()) << "chunk " << chunk << " window " << window;
      for (std::size_t i = 0; i < told.size(); ++i) {
        ASSERT_EQ(told[i].kind, expected[i].kind);
        ASSERT_EQ(told[i].begin, expected[i].begin);
        ASSERT_EQ(told[i].rows, expected[i].rows);
        ASSERT_EQ(told[i].object, expected[i].object);
        ASSERT_EQ(told[i].head, expected[i].head);
      }
    }
  }
}

TEST(Scanner, tells_a_long_insert_in_pieces_that_are_statements_by_themselves) {
  std::string dump = "INSERT INTO `t` VALUES\n";
  for (int i = 0; i < 1000; ++i) {
    dump += (i > 0 ? ",\n(" : "(") + std::to_string(i) + ",'a,(b);')";
  }
  dump += ";\n";
  ScanSettings settings;
  settings.window = 256;
  const Scanned scanned = scan_text(dump, settings);
  ASSERT_GT(scanned.told.size(), 10U);
  EXPECT_EQ(scanned.rows(), 1000U);
  std::string joined;
  std::uint64_t rows = 0;
  for (const Told& event : scanned.told) {
    EXPECT_LE(event.end - event.begin, 256U);
    EXPECT_EQ(event.head, "INSERT INTO `t` VALUES");
    // Each piece, made a statement, holds the rows it says.
    const Scanned alone = scan_text(event.head + " " + event.rows_text + ";");
    EXPECT_EQ(alone.rows(), event.rows);
    EXPECT_FALSE(alone.end.inside);
    rows += alone.rows();
  }
  EXPECT_EQ(rows, 1000U);
  EXPECT_TRUE(scanned.told.front().first);
  EXPECT_TRUE(scanned.told.back().last);
}

TEST(Scanner, tells_a_row_longer_than_its_window_whole_and_refuses_one_beyond_the_limit) {
  const std::string dump = "INSERT INTO t VALUES (1,'" + std::string(5000, 'x') + "'),(2,'y');\n";
  ScanSettings settings;
  settings.window = 64;
  const Scanned scanned = scan_text(dump, settings);
  ASSERT_EQ(scanned.error, "");
  EXPECT_EQ(scanned.rows(), 2U);
  settings.limit = 1000;
  EXPECT_NE(scan_text(dump, settings).error.find("INSERT INTO `t`"), std::string::npos);
}

TEST(Scanner, heeds_no_backslash_escapes_while_it_is_set) {
  const Scanned scanned = scan_text(
      "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_BACKSLASH_ESCAPES' */;\n"
      "INSERT INTO t VALUES ('ends in a backslash\\'),('a''b');\n"
      "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"
      "INSERT INTO t VALUES ('a\\'),(b');\n");
  ASSERT_EQ(scanned.statements().size(), 4U);
  EXPECT_EQ(scanned.statements()[1].rows, 2U);
  EXPECT_EQ(scanned.statements()[3].rows, 1U);
}

TEST(Scanner, looks_into_executable_comments_only_where_the_server_would) {
  const auto objects = [](unsigned version) {
    ScanSettings settings;
    settings.server_version = version;
    std::string seen;
    for (const Told& event : scan_text("/*!50000 CREATE TABLE a (x int) */;\n/*!80000 DROP TABLE b */;\n"
                                       "/*!100616 DROP TABLE c */;\n/*M!110400 DROP TABLE d */;\n/*! DROP TABLE e */;\n"
                                       "/*M!50701 DROP TABLE f */;\n",
                                       settings)
                                 .statements()) {
      seen += event.object;
    }
    return seen;
  };
  EXPECT_EQ(objects(101118), "acef");
  EXPECT_EQ(objects(110400), "acdef");
  EXPECT_EQ(objects(100500), "aef");
}

TEST(Scanner, names_schemas_by_use_then_as_given_then_by_the_header) {
  const std::string header = "-- MariaDB dump 10.19\n-- Host: h    Database: one\n";
  ScanSettings given;
  given.schema = "given";
  EXPECT_EQ(scan_text(header + "DROP TABLE t;").statements()[0].schema, "one");
  EXPECT_EQ(scan_text(header + "DROP TABLE t;", given).statements()[0].schema, "given");
  EXPECT_EQ(scan_text(header + "USE `used`;\nDROP TABLE t;", given).statements()[1].schema, "used");
  EXPECT_EQ(scan_text("DROP TABLE t;").statements()[0].schema, "");
  // To the client a header is a comment.
  EXPECT_EQ(
      scan_text(header + "USE a;\n-- Dump completed\n-- MySQL dump 10.13\n-- Host: h    Database: two\nDROP TABLE t;")
          .statements()[1]
          .schema,
      "a");
  EXPECT_EQ(
      scan_text(header + "-- MySQL dump 10.13\n-- Host: h    Database: two\nDROP TABLE t;").statements()[0].schema,
      "two");
}

TEST(Scanner, loses_nothing_behind_a_row_that_is_longer_than_the_window) {
  const std::string dump = "INSERT INTO t VALUES ('" + std::string(5000, 'x') + "');\n" +
                           "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n" + std::string(500, '\n') +
                           "INSERT INTO t VALUES (3);\n";
  ScanSettings settings;
  settings.window = 64;
  for (const bool ahead : {false, true}) {
    settings.read_ahead = ahead;
    const Scanned scanned = scan_text(dump, settings);
    EXPECT_EQ(scanned.end.bytes, dump.size());
    EXPECT_EQ(scanned.rows(), 4U);
  }
}

TEST(Scanner, tells_the_kind_of_every_statement_that_a_dump_may_hold) {
  const std::vector<std::pair<std::string, EventKind>> cases = {
      {"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `d` /*!40100 DEFAULT CHARACTER SET utf8mb4 */",
       EventKind::create_database},
      {"USE `d`", EventKind::use_database},
      {"DROP TABLE IF EXISTS `d`", EventKind::drop},
      {"CREATE TABLE IF NOT EXISTS d (a int)", EventKind::create_table},
      {"/*!40000 ALTER TABLE `d` DISABLE KEYS */", EventKind::alter_table},
      {"CREATE DEFINER=`u`@`%` PROCEDURE `d`()\nBEGIN END", EventKind::create_routine},
      {"CREATE DEFINER=u@localhost AGGREGATE FUNCTION d(x int) RETURNS int RETURN 1", EventKind::create_routine},
      {"/*!50106 CREATE*/ /*!50117 DEFINER=`u`@`%`*/ /*!50106 EVENT `d` ON SCHEDULE EVERY 1 DAY DO DELETE FROM t */",
       EventKind::create_event},
      {"CREATE SEQUENCE `d` start with 1", EventKind::create_sequence},
      {"CREATE USER `d`@`%` IDENTIFIED BY PASSWORD '*X'", EventKind::account},
      {"GRANT ALL ON *.* TO a", EventKind::account},
      {"SET PASSWORD FOR a = 'x'", EventKind::account},
      {"CHANGE MASTER TO MASTER_LOG_FILE='x'", EventKind::replication},
      {"START SLAVE", EventKind::replication},
      {"STOP ALL SLAVES", EventKind::replication},
      {"SET GLOBAL gtid_slave_pos='0-1-2'", EventKind::replication},
      {"SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'x'", EventKind::replication},
      {"START TRANSACTION", EventKind::session},
      {"set autocommit=0", EventKind::session},
      {"/*!40101 SET NAMES utf8mb4 */", EventKind::session},
      {"CALL something()", EventKind::other}};
  for (const auto& [text, kind] : cases) {
    const Scanned scanned = scan_text(text + ";\n");
    ASSERT_EQ(scanned.told.size(), 1U) << text;
    EXPECT_EQ(scanned.told[0].kind, kind) << text;
    EXPECT_EQ(scanned.told[0].text, text);
    if (!scanned.told[0].object.empty() && kind != EventKind::account) {
      EXPECT_EQ(scanned.told[0].object, "d") << text;
    }
  }
}

TEST(Scanner, leaves_client_commands_and_stray_shell_output_aside) {
  const Scanned scanned = scan_text(
      "mysqldump: [Warning] Using a password on the command line interface can be insecure.\n"
      "\\! echo hostile; true\n"
      "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\n"
      "SELECT 1;\n");
  const std::vector<Told> told = scanned.statements();
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[0].kind, EventKind::client_command);
  EXPECT_EQ(told[0].text, "\\! echo hostile; true");
  EXPECT_EQ(told[2].kind, EventKind::create_routine);
  EXPECT_EQ(scanned.told[0].kind, EventKind::comment);
}

TEST(Scanner, says_what_the_bytes_end_inside) {
  EXPECT_EQ(scan_text("USE cinder;\nINSERT INTO `volumes` VALUES (1),(2").end.what, "INSERT INTO `cinder`.`volumes`");
  EXPECT_EQ(scan_text("USE cinder;\nCREATE TABLE `volumes` (a int").end.what, "CREATE TABLE `cinder`.`volumes`");
  EXPECT_EQ(scan_text("/* never closed").end.what, "a comment");
  EXPECT_EQ(scan_text("SELECT 1").end.what, "a statement that begins with: SELECT 1");
  EXPECT_FALSE(scan_text("SELECT 1;").end.inside);
  EXPECT_EQ(scan_text("INSERT INTO t VALUES (1),(2),(3").rows(), 2U);
}

// Whatever the bytes, the scan ends, the ranges are the file, and chunks and windows change nothing.
TEST(Scanner, keeps_its_promises_on_mutated_dumps) {
  std::mt19937 random(20261123);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string bits[] = {"'",
                              "\"",
                              "`",
                              "\\",
                              "/*",
                              "*/",
                              "/*!",
                              "/*!50000 ",
                              "-- ",
                              "#",
                              ";",
                              ";;",
                              "(",
                              ")",
                              ",",
                              "\n",
                              "\r\n",
                              "DELIMITER //\n",
                              "DELIMITER ;\n",
                              "INSERT INTO t VALUES ",
                              "VALUES",
                              "\xff",
                              "SET SQL_MODE='NO_BACKSLASH_ESCAPES';",
                              "\nmysqldump: x\n",
                              std::string(1, '\0')};
  for (int round = 0; round < 3000; ++round) {
    std::string dump = hostile_dump();
    const std::size_t start = below(dump.size());
    dump = dump.substr(start, 1 + below(900));
    for (std::size_t i = below(6); i > 0; --i) {
      const std::string& bit = bits[below(std::size(bits))];
      const std::size_t at = below(dump.size());
      below(2) == 0 ? dump.insert(at, bit) : dump.replace(at, std::min(bit.size(), dump.size() - at), bit);
    }
    const Scanned once = scan_text(dump);
    ASSERT_EQ(once.error, "");
    expect_ranges_are_the_file(once, dump);
    ScanSettings settings;
    settings.window = 64 + below(200);
    const Scanned again = scan_text(dump, settings, 1 + below(40));
    if (again.error.find("ends in something other than rows") != std::string::npos) {
      continue;
    }
    ASSERT_EQ(again.error, "");
    expect_ranges_are_the_file(again, dump);
    ASSERT_EQ(again.end.inside, once.end.inside) << dump;
    ASSERT_EQ(again.rows(), once.rows()) << dump;
    ASSERT_EQ(whole(again).size(), whole(once).size()) << dump;
  }
}

}  // namespace
}  // namespace rehearsal
