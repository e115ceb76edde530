#include "snapshots/scan/statement_kinds.h"

#include "attacks.h"
#include <gtest/gtest.h>

#include "snapshots/index/restore_policy.h"
#include "snapshots/scan/dump_event.h"
#include "snapshots/scan/scanner.h"

namespace rehearsal {
namespace {

constexpr unsigned kServer = 101119;

StatementKind kind_of(std::string_view text) {
  return statement_kind(text, kServer, {});
}

TEST(StatementKinds, WhatADumpIsMadeOfIsExecuted) {
  for (const char* text :
       {"CREATE TABLE t (a INT)",
        "CREATE TEMPORARY TABLE server (a INT)",
        "CREATE UNIQUE INDEX i ON t (a)",
        "CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `user` AS SELECT 1",
        "CREATE DEFINER=user@role PROCEDURE p() GRANT ALL ON *.* TO a",
        "CREATE DEFINER=CURRENT_USER() EVENT e ON "
        "SCHEDULE EVERY 1 DAY DO SHUTDOWN",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "CREATE OR REPLACE SEQUENCE s",
        "CREATE PACKAGE BODY p AS END",
        "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`a`@`%` SQL SECURITY INVOKER */ /*!50001 VIEW `v` AS "
        "select 1 */",
        "ALTER TABLE server ADD a INT",
        "ALTER DATABASE `d` CHARACTER SET latin1",
        "ALTER DEFINER=a@b EVENT e ENABLE",
        "DROP TABLE IF EXISTS role",
        "DROP PREPARE p",
        "RENAME TABLE a TO b",
        "TRUNCATE t",
        "UPDATE t SET password = 1",
        "DELETE FROM t",
        "SET @a = 1, @@session.sql_mode = ''",
        "SET @global = 1",
        "SET NAMES latin1",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET @saved = @@GLOBAL.sql_mode",
        "SET DEFAULT_STORAGE_ENGINE = InnoDB",
        "START TRANSACTION",
        "BEGIN",
        "BEGIN WORK",
        "COMMIT",
        "SAVEPOINT a",
        "SELECT SETVAL(`s`, 5, 0)",
        "DO SETVAL(`s`, 5, 0)",
        "SELECT MAX(a) INTO @m FROM t",
        "ANALYZE LOCAL TABLE t",
        "SET STATEMENT max_statement_time = 5 FOR INSERT INTO t VALUES (1)",
        "EXECUTE IMMEDIATE 'DROP TABLE t'",
        "PREPARE s FROM 'UPDATE t SET a = ?'",
        "EXECUTE s USING @a",
        "DEALLOCATE PREPARE s",
        "BEGIN NOT ATOMIC DECLARE x INT DEFAULT 1; WHILE x < 3 DO INSERT INTO t VALUES (x); SET x = x + 1; END WHILE; "
        "END",
        "IF @@version > 10 THEN SELECT 1; ELSE UPDATE t SET a = CASE WHEN 1 THEN 2 ELSE 3 END; END IF",
        "INSRT INTO t VALUES (1)"}) {
    EXPECT_EQ(kind_of(text), StatementKind::of_the_dump) << text;
  }
}

TEST(StatementKinds, WhatIsOfAnotherKindIsNamed) {
  EXPECT_EQ(kind_of("GRANT SUPER ON *.* TO PUBLIC"), StatementKind::account);
  EXPECT_EQ(kind_of("SET @a = 1, PASSWORD = 'x'"), StatementKind::account);
  EXPECT_EQ(kind_of("SET @a = 1, @@global.max_connections = 7"), StatementKind::global);
  EXPECT_EQ(kind_of("CALL p()"), StatementKind::routine);
  EXPECT_EQ(kind_of("SELECT f()"), StatementKind::query);
  EXPECT_EQ(kind_of("SELECT SLEEP(1000)"), StatementKind::query);
  EXPECT_EQ(kind_of("EXECUTE IMMEDIATE 'BEGIN NOT ATOMIC GRANT ALL ON *.* TO a; END'"), StatementKind::account);
  EXPECT_EQ(kind_of("EXECUTE IMMEDIATE 'GR' 'ANT ALL ON *.* TO a'"), StatementKind::server);
  EXPECT_EQ(kind_of("EXECUTE IMMEDIATE _utf8'GRANT ALL ON *.* TO a'"), StatementKind::server);
  std::string deep = "SHUTDOWN";
  for (int i = 0; i < 1000; ++i) {
    deep = "SET STATEMENT lock_wait_timeout = 1 FOR " + deep;
  }
  EXPECT_EQ(kind_of(deep), StatementKind::server);
}

// Of each attack in each wrapping, at least one statement that would do it is left out, and nothing ends the scan.
TEST(StatementKinds, NoWrappingHidesAnAttack) {
  for (const attacks::Wrapping& in : attacks::wrappings()) {
    if (in.before.find("CREATE") != std::string::npos) {
      continue;  // routines are made as they are; calling them is what is left out
    }
    for (const std::string& attack : attacks::statements()) {
      const std::string text = "USE d;\n" + attacks::wrapped(in, attack);
      bool left_out = false;
      std::size_t at = 0;
      ScanSettings settings;
      settings.server_version = kServer;
      const auto scanned = scan(
          [&](std::span<char> into) -> Result<std::size_t> {
            const std::size_t n = text.copy(into.data(), into.size(), at);
            at += n;
            return n;
          },
          [&](const DumpEvent& event) -> Result<void> {
            left_out = left_out || decide(event, kServer).treatment == Treatment::report;
            return {};
          },
          settings);
      ASSERT_TRUE(scanned) << text;
      // What only reaches into the server's own schemas is denied by the rights of the account.
      const bool reaches = attack.find("mysql.") != std::string::npos || attack.find("DATABASE") != std::string::npos;
      EXPECT_TRUE(left_out || reaches) << in.name << ": " << text;
    }
  }
}

}  // namespace
}  // namespace rehearsal
