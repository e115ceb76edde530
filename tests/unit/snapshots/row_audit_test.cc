// What loads without a word is found after the restore.
#include "snapshots/prove/row_audit.h"

#include <algorithm>
#include <fstream>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "snapshots/load/restore.h"

namespace rehearsal {
namespace {

class RowAuditTest : public ServerTest {
 protected:
  void TearDown() override {
    if (server_ != nullptr) {
      static_cast<void>(server_->sql()->execute("DROP DATABASE IF EXISTS odd"));
    }
  }
  static SqlLogin target() { return {server_->socket(), "root", TestServer::kPassword}; }

  std::vector<RowFinding> audit(const std::string& text, std::uint64_t least_bytes) {
    const std::string file = (server_->dir() / "odd.sql").string();
    std::ofstream(file, std::ios::binary) << "SET NAMES utf8mb4;\nCREATE DATABASE odd;\nUSE odd;\n" << text;
    const auto index = scan_dumps({{file, ""}});
    EXPECT_TRUE(index);
    const auto report =
        restore_dumps({{file, ""}}, *index, target(), {.jobs = 2, .least_bytes = least_bytes, .progress = {}});
    EXPECT_TRUE(report) << to_text(report.error());
    if (!report) {
      return {};
    }
    const auto found = audit_rows(target(), {{file, ""}}, *index, *report);
    EXPECT_TRUE(found) << to_text(found.error());
    return found.value_or(std::vector<RowFinding>());
  }
  static const RowFinding* one(const std::vector<RowFinding>& found, const std::string& code) {
    const auto at = std::find_if(found.begin(), found.end(), [&](const RowFinding& each) { return each.code == code; });
    return at == found.end() ? nullptr : &*at;
  }
};

TEST_F(RowAuditTest, RowsWithoutTheirParentAreCounted) {
  const auto found = audit(
      "CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));\n"
      "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, CONSTRAINT c_p FOREIGN KEY (a, b) REFERENCES p (a, b));\n"
      "INSERT INTO c VALUES (1,1,1),(2,NULL,7),(3,1,2),(4,1,2),(5,9,9);\nINSERT INTO p VALUES (1,1);\n",
      0);
  ASSERT_NE(one(found, "orphan-rows"), nullptr);
  EXPECT_EQ(one(found, "orphan-rows")->rows, 3U);
  EXPECT_EQ(one(found, "orphan-rows")->table, "odd.c");
  EXPECT_EQ(one(found, "orphan-rows")->columns, (std::vector<std::string>{"a", "b"}));
}

TEST_F(RowAuditTest, AParentTableThatIsNotThereIsSaid) {
  const auto found = audit(
      "CREATE TABLE c (id INT PRIMARY KEY, a INT, CONSTRAINT c_p FOREIGN KEY (a) REFERENCES gone (a));\n"
      "INSERT INTO c VALUES (1,1);\n",
      0);
  ASSERT_NE(one(found, "orphans-not-counted"), nullptr);
  EXPECT_NE(one(found, "orphans-not-counted")->what.find("c_p"), std::string::npos);
}

TEST_F(RowAuditTest, WhatStrictModeRefusesIsCountedBothWays) {
  const std::string text =
      "CREATE TABLE t (id INT PRIMARY KEY, d DATETIME, e ENUM('a','b'), n DATE);\n"
      "INSERT INTO t VALUES (1,'0000-00-00 00:00:00','a',NULL),(2,'2024-00-10 00:00:00','','2024-01-01'),"
      "(3,'2024-01-01 00:00:00','b','2024-01-00'),(4,NULL,NULL,NULL);\n";
  for (const std::uint64_t least : {std::uint64_t{0}, std::uint64_t{1} << 30}) {
    const auto found = audit(text, least);
    ASSERT_NE(one(found, "zero-date-rows"), nullptr) << least;
    EXPECT_EQ(one(found, "zero-date-rows")->rows, 2U);
    EXPECT_EQ(one(found, "zero-date-rows")->columns, (std::vector<std::string>{"d"}));
    ASSERT_NE(one(found, "empty-choice-rows"), nullptr) << least;
    EXPECT_EQ(one(found, "empty-choice-rows")->rows, 1U);
    EXPECT_NE(one(found, "values-changed"), nullptr) << "the empty choice is none that can be written";
    EXPECT_EQ(found.size(), 4U) << least;
    static_cast<void>(server_->sql()->execute("DROP DATABASE odd"));
  }
}

TEST_F(RowAuditTest, HealthyRowsAreNotNamed) {
  EXPECT_TRUE(
      audit("CREATE TABLE p (a INT PRIMARY KEY);\n"
            "CREATE TABLE c (id INT PRIMARY KEY, a INT, d DATETIME, CONSTRAINT c_p FOREIGN KEY (a) REFERENCES p (a));\n"
            "INSERT INTO c VALUES (1,1,'2024-01-01 00:00:00'),(2,NULL,NULL);\nINSERT INTO p VALUES (1),(2);\n",
            0)
          .empty());
}

TEST_F(RowAuditTest, ValuesThatDoNotFitAreNamedWithTheirLine) {
  const auto found = audit(
      "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(3), n TINYINT);\n"
      "INSERT INTO t VALUES (1,'abcdef',1);\nINSERT INTO t VALUES (2,'\xff\xfe',1000);\n",
      0);
  ASSERT_NE(one(found, "values-changed"), nullptr);
  EXPECT_NE(one(found, "values-changed")->what.find("line 5"), std::string::npos) << one(found, "values-changed")->what;
  EXPECT_EQ(
      std::count_if(found.begin(), found.end(), [](const RowFinding& each) { return each.code == "values-changed"; }),
      3);
}

// mariadb-dump writes no values for generated columns in this form; a dump of another make does.
TEST_F(RowAuditTest, AGeneratedColumnWhoseValuesAreEqualHasNotChanged) {
  const std::string table =
      "CREATE TABLE t (id INT PRIMARY KEY, d DECIMAL(8,2), v TINYINT(1) GENERATED ALWAYS AS (0) VIRTUAL,\n"
      "  w DECIMAL(9,2) AS (d * 2) STORED, x VARCHAR(20) AS (CONCAT('a', id)) VIRTUAL);\n";
  EXPECT_TRUE(audit(table + "INSERT INTO t VALUES (1,1.50,0,3.00,'a1'),\n(2,NULL,0,NULL,'a2');\n", 0).empty());
  ASSERT_TRUE(server_->sql()->execute("DROP DATABASE odd"));
  EXPECT_TRUE(audit(table + "INSERT INTO t (x, id, v) VALUES ('a7',7,0);\n", 0).empty());
  ASSERT_TRUE(server_->sql()->execute("DROP DATABASE odd"));
  const auto found = audit(table + "INSERT INTO t VALUES (1,1.50,0,3.00,'a2'),(2,NULL,1,NULL,'a1');\n", 0);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, "values-changed");
  EXPECT_EQ(found[0].columns, (std::vector<std::string>{"v", "x"}));
}

TEST_F(RowAuditTest, ADuplicateKeyIsRefusedWithItsLine) {
  const std::string file = (server_->dir() / "twice.sql").string();
  std::ofstream(file) << "CREATE DATABASE odd;\nUSE odd;\nCREATE TABLE t (id INT PRIMARY KEY, u INT, UNIQUE KEY (u));\n"
                         "INSERT INTO t VALUES (1,1);\nINSERT INTO t VALUES (2,2),(3,1);\n";
  const auto index = scan_dumps({{file, ""}});
  ASSERT_TRUE(index);
  const auto report = restore_dumps({{file, ""}}, *index, target(), {.jobs = 2, .least_bytes = 0, .progress = {}});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::unusable_dump);
  EXPECT_NE(to_text(report.error()).find("(1062) (twice.sql, line 5, odd.t)"), std::string::npos)
      << to_text(report.error());
}

}  // namespace
}  // namespace rehearsal
