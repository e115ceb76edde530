#include "snapshots/index/table_objects.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

constexpr unsigned kTableServer = 101118;

std::vector<std::string> told(const std::string& create) {
  std::vector<std::string> lines;
  for (const TableObject& object : table_objects(create, kTableServer)) {
    lines.push_back(object.kind + " " + object.name + (object.value.empty() ? "" : " = " + object.value));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(TableObjects, TwoServersTellTheSame) {
  const std::string mariadb =
      "CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `flag` tinyint(1) DEFAULT NULL,\n"
      "  `meta` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`meta`)),\n"
      "  `name` varchar(255) NOT NULL DEFAULT 'a, b) c',\n  `big` bigint(20) unsigned NOT NULL,\n"
      "  PRIMARY KEY (`id`),\n  UNIQUE KEY `uniq_t0name` (`name`,`flag`),\n  KEY `ix` (`name`(50)),\n"
      "  CONSTRAINT `t_ibfk_1` FOREIGN KEY (`big`) REFERENCES `p` (`id`) ON DELETE CASCADE\n"
      ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci";
  const std::string mysql =
      "CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `flag` tinyint(1) DEFAULT NULL,\n"
      "  `meta` json DEFAULT NULL,\n  `name` varchar(255) COLLATE utf8mb4_0900_ai_ci NOT NULL DEFAULT 'x' COMMENT 'y, "
      "z',\n"
      "  `big` bigint unsigned NOT NULL,\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `other_name` (`name`,`flag`),\n"
      "  KEY `another` (`name`),\n  CONSTRAINT `named` FOREIGN KEY (`big`) REFERENCES `p` (`id`)\n"
      ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
  EXPECT_EQ(told(mariadb),
            (std::vector<std::string>{"column big = bigint unsigned", "column flag = tinyint null", "column id = int",
                                      "column meta = longtext null", "column name = varchar(255)", "foreign big>p(id)",
                                      "key name", "primary id", "unique name,flag"}));
  EXPECT_EQ(told(mysql), told(mariadb));
}

TEST(TableObjects, GeneratedColumnsAndKeysThatComeWithTheirColumn) {
  EXPECT_EQ(told("CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(9) UNIQUE, c TINYINT(1) GENERATED ALWAYS AS (a = 1) "
                 "VIRTUAL, d ENUM('x','y') NOT NULL, FULLTEXT KEY f (b), CHECK (a > 0))"),
            (std::vector<std::string>{"column a = int", "column b = varchar(9) null", "column c = tinyint generated",
                                      "column d = enum", "primary a", "unique b"}));
}

TEST(TableObjects, TheTextIsTheStatementsOwn) {
  const auto objects = table_objects(
      "CREATE TABLE `t` (\n  `v` varchar(5) NOT NULL DEFAULT '1.0',\n  UNIQUE KEY `u` (`v`)\n) ENGINE=InnoDB",
      kTableServer);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].text, "`v` varchar(5) NOT NULL DEFAULT '1.0'");
  EXPECT_EQ(objects[1].text, "UNIQUE KEY `u` (`v`)");
}

}  // namespace
}  // namespace rehearsal
