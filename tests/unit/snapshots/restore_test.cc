#include "snapshots/load/restore.h"

#include <algorithm>
#include <fstream>
#include <tuple>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "snapshots/load/server_options.h"
#include "snapshots/prove/verify.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

const std::string kSmallCloud = REHEARSAL_SOURCE_DIR "/tests/unit/snapshots/data/small_cloud.sql";

class RestoreTest : public ServerTest {
 protected:
  void TearDown() override {
    if (server_ == nullptr) {
      return;
    }
    interrupt_now_for_tests(false);
    const auto sql = server_->sql();
    for (const std::string database : {"cloud", "one", "two", "only"}) {
      static_cast<void>(sql->execute("DROP DATABASE IF EXISTS " + database));
    }
    static_cast<void>(sql->execute("DROP USER IF EXISTS 'keeper'@'10.0.0.%'"));
  }
  static std::string dump(const std::string& name, const std::string& text) {
    const fs::path file = server_->dir() / name;
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  // Scans, restores, and keeps both for the test to look at.
  Result<RestoreReport> restore(const std::vector<DumpInput>& inputs) {
    REHEARSAL_TRY_SET(index_, scan_dumps(inputs));
    return restore_dumps(inputs, index_, {server_->socket(), "root", TestServer::kPassword}, options_);
  }
  static std::string told(const RestoreReport& report) { return join(report.adaptation_lines(), "\n"); }
  static bool has(const RestoreReport& report, const std::string& kind) {
    return std::any_of(report.adaptations.begin(), report.adaptations.end(),
                       [&](const Adaptation& one) { return one.kind == kind; });
  }

  DumpIndex index_;
  RestoreOptions options_{.jobs = 2, .least_bytes = 0, .progress = {}};
};

TEST_F(RestoreTest, ACloudComesBackWithItsRowsViewsAndTriggersAndIsProven) {
  const auto report = restore({{kSmallCloud, ""}});
  ASSERT_TRUE(report) << to_text(report.error());
  const auto sql = server_->sql();
  EXPECT_EQ(sql->value("SELECT HEX(raw) FROM cloud.parents WHERE id = 1").value(), "DEADBEEF00");
  EXPECT_EQ(sql->value("SELECT HEX(raw) FROM cloud.parents WHERE id = 2").value(), "000A5C27");
  EXPECT_EQ(sql->value("SELECT name FROM cloud.names WHERE id = 1").value(),
            "it's; DROP TABLE `parents`; -- '); USE mysql; /* ünïcødé 💥 */");
  EXPECT_EQ(sql->value("SELECT COUNT(*) FROM cloud.children WHERE id = 0").value(), "1") << "zero was renumbered";
  EXPECT_EQ(sql->value("SELECT UNIX_TIMESTAMP(born) FROM cloud.children WHERE id = 0").value(), "1711848600");
  EXPECT_EQ(sql->value("SELECT COUNT(*) FROM cloud.children").value(), "3") << "the trigger fired during the load";
  EXPECT_EQ(
      sql->value("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'cloud'").value(),
      "latin1_swedish_ci");
  EXPECT_EQ(sql->value("SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_NAME = 'purge'").value(), "1");
  EXPECT_EQ(report->rows, 6U);
  const auto proof = verify_counts({server_->socket(), "root", TestServer::kPassword}, index_);
  ASSERT_TRUE(proof) << to_text(proof.error());
  EXPECT_TRUE(proof->proven()) << proof->text();
  EXPECT_EQ(proof->rows, 6U);
  EXPECT_EQ(proof->tables, 3U);
}

TEST_F(RestoreTest, WhatReachesOutsideIsLeftOutAndListedWithoutItsSecrets) {
  const auto report = restore({{kSmallCloud, ""}});
  ASSERT_TRUE(report) << to_text(report.error());
  const auto sql = server_->sql();
  EXPECT_EQ(sql->value("SELECT COUNT(*) FROM mysql.global_priv WHERE User = 'intruder'").value(), "0");
  EXPECT_NE(sql->value("SELECT @@GLOBAL.max_connections").value(), "7");
  EXPECT_TRUE(sql->query("SHOW SLAVE STATUS")->empty());
  EXPECT_NE(sql->value("SELECT COUNT(*) FROM information_schema.COLUMNS"
                       " WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'db'")
                .value(),
            "1")
      << "the server's own table was replaced";
  for (const char* kind : {"replication-statement", "account-statement", "system-schema", "global-variable",
                           "session-variable", "event", "definer"}) {
    EXPECT_TRUE(has(*report, kind)) << kind << " is not in\n" << told(*report);
  }
  EXPECT_EQ(told(*report).find("hunter2"), std::string::npos) << told(*report);
  EXPECT_NE(told(*report).find("small_cloud.sql, line 24"), std::string::npos) << told(*report);
  EXPECT_NE(sql->value("SELECT JSON_VALUE(Priv, '$.account_locked') FROM mysql.global_priv WHERE User = 'keeper'")
                .value()
                .value_or("no"),
            "no")
      << "the definer's account is open";
}

TEST_F(RestoreTest, ADumpOfOneDatabaseGoesWhereTheScenarioSays) {
  const std::string file = dump("one.sql", "CREATE TABLE t (a INT PRIMARY KEY);\nINSERT INTO t VALUES (1),(2);\n");
  const auto report = restore({{file, "only"}});
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(server_->sql()->value("SELECT COUNT(*) FROM only.t").value(), "2");
  EXPECT_TRUE(has(*report, "database-created")) << told(*report);
  const auto nowhere = restore({{file, ""}});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::unusable_dump);
  EXPECT_NE(nowhere.error().what.find("no database selected"), std::string::npos) << to_text(nowhere.error());
  EXPECT_NE(nowhere.error().hint.find("--schema NAME"), std::string::npos) << to_text(nowhere.error());
  EXPECT_NE(nowhere.error().hint.find(", schema = \"NAME\" }"), std::string::npos) << to_text(nowhere.error());
}

TEST_F(RestoreTest, AViewOnATableOfALaterFileIsMadeInTheEnd) {
  const std::string one =
      dump("one.sql",
           "CREATE DATABASE one;\nUSE one;\n/*!50001 CREATE ALGORITHM=UNDEFINED VIEW v AS SELECT a FROM two.t */;\n");
  const std::string two =
      dump("two.sql", "CREATE DATABASE two;\nUSE two;\nCREATE TABLE t (a INT);\nINSERT INTO t VALUES (5);\n");
  const auto report = restore({{one, ""}, {two, ""}});
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(server_->sql()->value("SELECT a FROM one.v").value(), "5");
}

TEST_F(RestoreTest, AViewThatCallsAFunctionIsMadeWhoeverDefinedThem) {
  int number = 0;
  for (const char* of_function : {"app@`%`", "root@localhost", "`mysql`@localhost"}) {
    for (const char* of_view : {"app@`%`", "root@localhost", "other@`%`"}) {
      for (const bool view_first : {false, true}) {
        const std::string schema = "called" + std::to_string(++number);
        const std::string function = std::string("CREATE DEFINER=") + of_function +
                                     " FUNCTION f(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;\n";
        const std::string view =
            std::string("CREATE DEFINER=") + of_view + " SQL SECURITY DEFINER VIEW v AS SELECT f(a) AS a FROM t;\n";
        const auto report =
            restore({{dump(schema + ".sql", "CREATE DATABASE " + schema + ";\nUSE " + schema +
                                                ";\nCREATE TABLE t (a INT);\nINSERT INTO t VALUES (5);\n" +
                                                (view_first ? view + function : function + view)),
                      ""}});
        ASSERT_TRUE(report) << to_text(report.error());
        EXPECT_EQ(server_->sql()->value("SELECT a FROM " + schema + ".v").value_or("nothing"), "10")
            << of_function << " " << of_view << " " << view_first << told(*report);
        EXPECT_TRUE(server_->sql()->execute("DROP DATABASE " + schema));
      }
    }
  }
}

TEST_F(RestoreTest, ARefusedStatementIsToldWithItsPlaceAndAWayOut) {
  const std::string file = dump("mysql8.sql",
                                "CREATE DATABASE one;\nUSE one;\n\n"
                                "CREATE TABLE t (a INT) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;\n");
  const auto report = restore({{file, ""}});
  ASSERT_FALSE(report);
  const Error& error = report.error();
  EXPECT_EQ(error.kind, ErrorKind::unusable_dump);
  EXPECT_NE(error.what.find("utf8mb4_0900_ai_ci"), std::string::npos) << to_text(error);
  EXPECT_EQ(error.where, "mysql8.sql, line 4, one.t");
  EXPECT_NE(error.hint.find("11.4.5"), std::string::npos) << to_text(error);
}

TEST_F(RestoreTest, AStatementLongerThanTheWindowIsLoadedInPieces) {
  std::string text =
      "CREATE DATABASE one;\nUSE one;\nCREATE TABLE t (a INT PRIMARY KEY, b LONGTEXT);\nINSERT INTO t VALUES ";
  for (int i = 1; i <= 9; ++i) {
    text +=
        (i == 1 ? "(" : ",(") + std::to_string(i) + ",'" + std::string(1'000'000, static_cast<char>('a' + i)) + "')";
  }
  const auto report = restore({{dump("long.sql", text + ";\n"), ""}});
  ASSERT_TRUE(report) << to_text(report.error());
  const auto sql = server_->sql();
  EXPECT_EQ(
      sql->value("SELECT CONCAT(COUNT(*), ' ', SUM(LENGTH(b)), ' ', SUM(b = REPEAT(CHAR(97 + a), 1000000))) FROM one.t")
          .value(),
      "9 9000000 9");
}

TEST_F(RestoreTest, ADumpThatGrowsAfterItsScanIsRefused) {
  const std::string file = dump("growing.sql", "CREATE DATABASE one;\nUSE one;\nCREATE TABLE t (a INT);\n");
  const auto index = scan_dumps({{file, ""}});
  ASSERT_TRUE(index);
  std::ofstream(file, std::ios::app) << "INSERT INTO t VALUES (1);\n";
  const auto report = restore_dumps({{file, ""}}, *index, {server_->socket(), "root", TestServer::kPassword});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::unusable_dump);
  EXPECT_NE(to_text(report.error()).find("growing.sql"), std::string::npos);
}

TEST_F(RestoreTest, CtrlCStopsTheLoad) {
  auto index = scan_dumps({{kSmallCloud, ""}});
  ASSERT_TRUE(index);
  interrupt_now_for_tests(true);
  const auto report = restore_dumps({{kSmallCloud, ""}}, *index, {server_->socket(), "root", TestServer::kPassword});
  interrupt_now_for_tests(false);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::interrupted);
}

TEST_F(RestoreTest, LostAndForeignRowsAreFoundByTheCount) {
  ASSERT_TRUE(restore({{kSmallCloud, ""}}));
  const auto sql = server_->sql();
  ASSERT_TRUE(sql->execute("DELETE FROM cloud.parents WHERE id = 3"));
  ASSERT_TRUE(sql->execute("CREATE TABLE cloud.foreigner (a INT)"));
  ASSERT_TRUE(sql->execute("DROP TABLE cloud.empty"));
  ASSERT_TRUE(sql->execute("DROP TRIGGER cloud.parents_ins"));
  const auto proof = verify_counts({server_->socket(), "root", TestServer::kPassword}, index_);
  ASSERT_TRUE(proof);
  std::vector<std::string> tables;
  for (const Mismatch& mismatch : proof->mismatches) {
    tables.push_back(mismatch.table);
  }
  std::sort(tables.begin(), tables.end());
  EXPECT_EQ(tables, (std::vector<std::string>{"cloud.empty", "cloud.foreigner", "cloud.parents", "cloud.parents_ins"}));
  EXPECT_NE(proof->text().find("2 of 3 rows"), std::string::npos) << proof->text();
}

TEST(RestorePolicy, AFullDiskAndADeadServerAreNotTheDumpsFault) {
  EXPECT_TRUE(is_machine_failure(1021, "Disk full"));
  EXPECT_TRUE(is_machine_failure(1114, "The table 't' is full"));
  EXPECT_TRUE(is_machine_failure(2013, "Lost connection"));
  EXPECT_TRUE(is_machine_failure(1030, "Got error 28 \"No space left on device\" from storage engine InnoDB"));
  EXPECT_FALSE(is_machine_failure(1273, "Unknown collation"));
  EXPECT_FALSE(is_machine_failure(1062, "Duplicate entry"));
  EXPECT_NE(refusal_hint(1114, "", DumpIndex{}).find("disk is full"), std::string::npos);
}

TEST(ServerOptions, AServerStartsUnderThem) {
  std::string why;
  auto server = TestServer::make(why);
  if (!server) {
    GTEST_SKIP() << why;
  }
  DumpIndex index;
  index.longest_statement = 100'000'000;
  ASSERT_TRUE(server->start(restore_server_options(index, 0))) << server->log();
  EXPECT_GT(std::stoull(server->sql()->value("SELECT @@max_allowed_packet").value().value()), 100'000'000U);
}

bool has_option(const std::vector<std::string>& options, const std::string& option) {
  return std::find(options.begin(), options.end(), option) != options.end();
}

// A table of 10.11 and one that a migration makes under 11.8 would not be alike enough for a foreign key.
TEST(ServerOptions, ANewerServerKeepsTheCollationsOfProduction) {
  constexpr const char* kKeep = "--character-set-collations=";
  const std::tuple<const char*, const char*, bool> pairs[] = {
      {"10.11.19-MariaDB", "11.8.9", true}, {"11.4.2-MariaDB", "11.8.9", true},    {"8.0.36", "11.8.9", true},
      {"11.8.9-MariaDB", "11.8.9", false},  {"10.11.19-MariaDB", "11.4.2", false}, {"10.6.18", "10.11.19", false},
      {"10.11.19-MariaDB", "", false}};
  for (const auto& [dumped, server, keeps] : pairs) {
    SCOPED_TRACE(std::string(dumped) + " on " + server);
    DumpIndex index;
    index.files.resize(2);
    index.files[1].server_version = dumped;
    EXPECT_EQ(has_option(restore_server_options(index, 0, server), kKeep), keeps);
  }
}

TEST(ServerOptions, VariablesAreReadFromTheClientsTableToo) {
  const auto table = parse_server_variables(
      "+---------------+-------+\n| Variable_name | Value |\n+---------------+-------+\n| sql_mode      |       |\n"
      "| max_allowed_packet | 16777216 |\n+------+\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at("sql_mode"), "");
  EXPECT_EQ(table->at("max_allowed_packet"), "16777216");
  EXPECT_EQ(parse_server_variables("[mysqld]\nsql-mode = TRADITIONAL\n")->at("sql_mode"), "TRADITIONAL");
  EXPECT_EQ(parse_server_variables("sql_mode = \"ANSI_QUOTES\"\ninit-connect=''\n")->at("sql_mode"), "ANSI_QUOTES");
  EXPECT_EQ(parse_server_variables("sql_mode = \"ANSI_QUOTES\"\ninit-connect=''\n")->at("init_connect"), "");
  EXPECT_FALSE(parse_server_variables("hello, world = !\n"));
  EXPECT_FALSE(parse_server_variables(""));
}

}  // namespace
}  // namespace rehearsal
