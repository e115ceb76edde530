// What the client restores is what is restored here, or the dump is refused by name: statements that need care.
#include "snapshots/scan/client_rules.h"

#include "client_fixture.h"
#include "unit/snapshots/dump_frame.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

const std::string kRulesHead =
    "-- MySQL dump 10.13  Distrib 5.7.30, for Linux (x86_64)\n--\n-- Host: localhost    Database: d\n"
    "-- ------------------------------------------------------\n-- Server version\t5.7.30\n"
    "/*!40101 SET NAMES utf8mb4 */;\n";

struct Case {
  const char* name;
  std::string text;
  std::string refused = {};  // words of the refusal; empty: the same as the client's
};

class ClientRulesTest : public ClientTest {
 protected:
  static void hold(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
      SCOPED_TRACE(one.name);
      const std::vector<std::string> files = {write("case.sql", kRulesHead + one.text + kDumpEnd)};
      if (one.refused.empty()) {
        EXPECT_EQ(compared(files, "d"), "");
        continue;
      }
      wipe();
      const std::string words = restored(files);
      EXPECT_NE(words.find(one.refused), std::string::npos) << words;
    }
  }
};

TEST_F(ClientRulesTest, nothing_is_swallowed) {
  hold({
      {"USE that ends with its line",
       "CREATE DATABASE dd;\nUSE dd;\nCREATE TABLE t (id int primary key);\nINSERT INTO t VALUES (1);\nUSE dd\n"
       "INSERT INTO t VALUES (2),(3);\nINSERT INTO t VALUES (4);\n"},
      {"USE before a table",
       "CREATE DATABASE dd;\nUSE dd\nCREATE TABLE t (id int primary key);\nCREATE TABLE u (id int primary key);\n"
       "INSERT INTO u VALUES (1);\n"},
      {"USE of a quoted name", "CREATE DATABASE `d d`;\n  use `d d`\t\nCREATE TABLE t (id int);\n"},
      {"USE with a comment behind it", "CREATE DATABASE dd;\nUSE dd -- here\nCREATE TABLE t (id int);\n"},
      {"USE behind a comment, on its line",
       "CREATE DATABASE dd;\n/* here */ USE dd\nCREATE TABLE t (id int);\nCREATE TABLE u (id int);\n",
       "a USE that ends with neither"},
      {"USE with more on its line", "CREATE DATABASE dd;\nUSE dd CREATE TABLE t (id int);\n", "a USE that ends with"},
      {"USE in an executable comment", "CREATE DATABASE dd;\n/*!40000 USE dd */;\nCREATE TABLE t (id int);\n"},
      {"USE before a header", "CREATE DATABASE dd;\nUSE dd;\n" + kDumpEnd + kRulesHead + "CREATE TABLE t (id int);\n"},
      {"dashes without a blank", "--no blank; here\nCREATE TABLE t (id int);\n--\n"},
      {"a command of the client behind rows that do not begin their line",
       "CREATE DATABASE dd;\nCREATE TABLE t (id int);\n/* rows */ INSERT INTO t VALUES (1);\nUSE dd\nCREATE TABLE u "
       "(id "
       "int);\nDELIMITER $$\n/* rows */ INSERT INTO u VALUES (2)$$\ndelimiter ;\nCREATE TABLE w (id int);\n"},
      {"DELIMITER in quotes", "DELIMITER \"//\"\nCREATE TABLE t (id int)//\nDELIMITER ;\n"},
      {"delimiter in a line of its own",
       "  delimiter //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\n\tDELIMITER ;\nCREATE TABLE t (id int);\n"},
      {"an index whose column is called as a word of servers",
       "CREATE TABLE t (id int primary key, `system` int, server int);\nINSERT INTO t VALUES (1,2,3);\n"
       "CREATE INDEX i ON t (system);\nCREATE UNIQUE INDEX server ON t (server);\n"},
      {"an index that goes",
       "CREATE TABLE t (id int primary key, a int, KEY k (a));\nINSERT INTO t VALUES (1,2);\nDROP INDEX k ON t;\n"},
      {"objects called as words of servers",
       "CREATE TABLE server (tablespace int, logfile int);\nINSERT INTO server VALUES (1,2);\n"
       "CREATE VIEW system AS SELECT * FROM server;\nALTER VIEW system AS SELECT tablespace FROM server;\n"},
  });
}

TEST_F(ClientRulesTest, commands_of_the_client_that_change_what_is_restored_are_refused) {
  const std::string table = "CREATE TABLE t (id int primary key);\nINSERT INTO t VALUES (1);\n";
  hold({
      {"source", table + "\\. other.inc\n", "\\."},
      {"source in words", table + "source other.inc\n", "source"},
      {"use", "CREATE DATABASE dd;\n\\u dd\n" + table, "\\u"},
      {"quit", table + "\\q\nINSERT INTO t VALUES (2);\n", "\\q"},
      {"quit in words", table + "quit\nINSERT INTO t VALUES (2);\n", "quit"},
      {"exit", table + "exit\nINSERT INTO t VALUES (2);\n", "exit"},
      {"connect", "\\r d\n" + table, "\\r"},
      {"charset", "charset latin1\n" + table, "charset"},
      {"system", "system true\n" + table, "system"},
      {"delimiter", "\\d //\n" + table, "\\d"},
      {"a harmless one before a statement", table + "\\W INSERT INTO t VALUES (2);\n", "\\W"},
      {"inside a comment that the server skips", table + "/*!99999 \\. other.inc */\n", "\\."},
      {"inside a comment of the sandbox's form", table + "/*M!999999\\. other.inc */\n", "\\."},
      {"a harmless one", table + "\\W\nINSERT INTO t VALUES (2);\n"},
      {"LOAD DATA", table + "LOAD DATA INFILE '/nowhere/x' INTO TABLE t;\n", "LOAD DATA"},
      {"LOAD XML", table + "LOAD XML LOCAL INFILE '/nowhere/x' INTO TABLE t;\n", "LOAD XML"},
      {"CALL", table + "CALL p();\n", "CALL"},
      {"a source with a delimiter", table + "source x ;\n", "1064"},
  });
}

TEST_F(ClientRulesTest, what_a_dump_makes_and_takes_away_again_is_followed) {
  const std::string table = "CREATE TABLE u (id int NOT NULL);\nINSERT INTO u VALUES (1),(2);\n";
  hold({
      {"a trigger dropped after it is made",
       "CREATE TABLE u (id int NOT NULL);\nDELIMITER ;;\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET "
       "new.id=new.id+100 ;;\nDELIMITER ;\nDROP TRIGGER IF EXISTS tr;\nCREATE TABLE w (id int NOT NULL);\n"},
      {"every sort of object",
       table +
           "CREATE VIEW v AS SELECT * FROM u;\nDROP VIEW v;\nCREATE VIEW v2 AS SELECT * FROM u;\nDROP VIEW IF EXISTS "
           "v3;\nDELIMITER ;;\nCREATE PROCEDURE p() SELECT 1 ;;\nDROP PROCEDURE p ;;\nCREATE FUNCTION f() RETURNS INT "
           "RETURN 1 ;;\nDROP FUNCTION f ;;\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET @x=1 ;;\nDROP "
           "TRIGGER tr ;;\nCREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1 ;;\nDROP EVENT e ;;\nDELIMITER ;\n"},
      {"several tables at once", table + "CREATE TABLE a (i int);\nINSERT INTO a VALUES (1);\nDROP TABLE a, u;\n"},
      {"a table that stands for a view",
       table + "CREATE TABLE v (id int NOT NULL) ENGINE=MyISAM;\nDROP TABLE IF EXISTS v;\nCREATE VIEW v AS SELECT id "
               "FROM u;\n"},
      {"a renamed table", table + "RENAME TABLE u TO w;\n"},
      {"tables that change places",
       table + "CREATE TABLE w (a int, b int);\nINSERT INTO w VALUES (3,4);\nRENAME TABLE u TO x, w TO u, x TO w;\n"},
      {"a table renamed by ALTER", table + "ALTER TABLE u RENAME TO w;\n"},
      {"a table renamed before its rows",
       "CREATE TABLE u (id int);\nRENAME TABLE u TO w;\nINSERT INTO w VALUES (1);\n"},
      {"a renamed table with a trigger",
       table + "CREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET @x=1;\nRENAME TABLE u TO w;\n"},
      {"a table whose trigger goes with it",
       "CREATE TABLE u (id int);\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET @x=1;\nDROP TABLE u;\nCREATE "
       "TABLE u (id int);\nINSERT INTO u VALUES (3);\n"},
      {"an emptied table", table + "TRUNCATE TABLE u;\nINSERT INTO u VALUES (7);\n"},
      {"a table emptied by DELETE", table + "DELETE FROM `u`;\nINSERT INTO u VALUES (7);\n"},
      {"a database made anew", "CREATE DATABASE dd;\nUSE dd;\n" + table +
                                   "CREATE VIEW v AS SELECT * FROM u;\nDROP DATABASE dd;\nCREATE "
                                   "DATABASE dd;\nUSE dd;\nCREATE TABLE w (id int);\n"},
      {"CREATE OR REPLACE", table + "CREATE OR REPLACE TABLE u (a int, b int);\nINSERT INTO u VALUES (5,6);\n"},
      {"CREATE IF NOT EXISTS", table + "CREATE TABLE IF NOT EXISTS u (a int, b int);\nINSERT INTO u VALUES (5);\n"},
      {"CREATE LIKE", table + "CREATE TABLE w LIKE u;\nINSERT INTO w VALUES (5);\n"},
      {"a view renamed", table + "CREATE VIEW v AS SELECT id FROM u;\nRENAME TABLE v TO w;\n"},
      {"a trigger made before rows",
       "CREATE TABLE u (id int);\nCREATE TABLE log (n int);\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET "
       "new.id=new.id+100;\nINSERT INTO u VALUES (1);\n",
       "values differ"},
      {"a dump twice in one file",
       "DROP TABLE IF EXISTS u;\n" + table +
           "DELIMITER ;;\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET new.id=new.id+100 ;;\nDELIMITER ;\n" +
           kDumpEnd + kRulesHead + "DROP TABLE IF EXISTS u;\n" + table +
           "DELIMITER ;;\nCREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET new.id=new.id+100 ;;\nDELIMITER ;\n"},
  });
}

TEST_F(ClientRulesTest, keys_that_are_given_after_the_rows_are_proven) {
  const std::string table =
      "CREATE TABLE t (id int NOT NULL, v varchar(20), w int);\nINSERT INTO t VALUES (1,'a',3);\n";
  hold({
      {"keys", table + "ALTER TABLE `t` ADD PRIMARY KEY (`id`), ADD UNIQUE KEY u (v);\nALTER TABLE `t` MODIFY `id` int "
                       "NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=3;\n"},
      {"an index", table + "CREATE UNIQUE INDEX u ON t (v, w DESC);\nCREATE INDEX w ON t (w);\n"},
      {"a foreign key", table +
                            "CREATE TABLE p (id int PRIMARY KEY);\nINSERT INTO p VALUES (3);\nALTER TABLE t ADD KEY "
                            "w (w), ADD CONSTRAINT c FOREIGN KEY (w) REFERENCES p (id);\n"},
      {"a column", table + "ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 7;\n", ""},
      {"a column in the middle", table + "ALTER TABLE t ADD x int AFTER id, DROP COLUMN w;\n", ""},
      {"keys in an order of one's own",
       "CREATE TABLE t (id int NOT NULL, v int, w int NOT NULL, UNIQUE KEY a (v), UNIQUE KEY b (W), KEY c (v), PRIMARY "
       "KEY (id));\nINSERT INTO t VALUES (1,2,3);\n"},
      {"keys at their columns",
       "CREATE TABLE t (id int KEY, v int UNIQUE, s SERIAL);\nINSERT INTO t VALUES (1,2,3);\n"},
      {"no table at all", ""},
      {"routines alone", "DELIMITER ;;\nCREATE PROCEDURE p() SELECT 1 ;;\nDELIMITER ;\n"},
  });
}

TEST_F(ClientRulesTest, quotes_are_read_by_the_mode_in_force) {
  const std::string rows = "INSERT INTO \"t\" VALUES (1,'a'),(2,'it''s');\n";
  const auto table = [](const std::string& more) {
    return "CREATE TABLE \"t\" (\"id\" int NOT NULL, \"v\" varchar(10)" + more + ", PRIMARY KEY (\"id\"));\n";
  };
  std::vector<Case> cases;
  for (const char* mode : {"ANSI_QUOTES", "ANSI", "ORACLE", "POSTGRESQL", "MSSQL", "DB2", "MAXDB", "oracle", "4",
                           "'NO_AUTO_VALUE_ON_ZERO,ANSI'", "\"ansi_quotes\""}) {
    const std::string value = std::string_view("'\"4").find(mode[0]) == std::string_view::npos
                                  ? "'" + std::string(mode) + "'"
                                  : std::string(mode);
    cases.push_back({mode, "SET SQL_MODE=" + value + ";\n" + table("") + rows});
  }
  const std::string odd = ", \"v\\\" int, \"a;b\" int, \"c`d\" int, \"e\"\"f\" int";
  cases.push_back({"names that hold what ends others",
                   "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ORACLE' */;\n" + table(odd) +
                       "INSERT INTO \"t\" VALUES (1,'a',2,3,4,5);\nCREATE VIEW \"w\" AS SELECT \"id\", \"v\\\" FROM "
                       "\"t\";\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"});
  cases.push_back({"half-way",
                   "CREATE TABLE a (x varchar(9));\nINSERT INTO a VALUES (\"b;\\\"c\");\nSET "
                   "SQL_MODE='ANSI_QUOTES';\n" +
                       table(", \"w\\\" int") +
                       "SET sql_mode='';\nINSERT INTO a VALUES (\"d\"),('e\\'');\nSET SESSION "
                       "sql_mode='NO_BACKSLASH_ESCAPES';\nINSERT INTO a VALUES ('f\\'),('g''\\');\nSET "
                       "@@sql_mode=DEFAULT;\nINSERT INTO a VALUES ('h\\'');\n"});
  cases.push_back({"the global mode is the server's",
                   "SET GLOBAL sql_mode='';\nCREATE TABLE t (v varchar(9));\nINSERT "
                   "INTO t VALUES (\"a\");\n"});
  cases.push_back({"by way of a variable", "SET @m='ANSI_QUOTES';\nSET sql_mode=@m;\n" + table("") + rows});
  cases.push_back({"with :=", "SET sql_mode := 'ANSI';\n" + table("") + rows});
  cases.push_back({"triggers and routines",
                   "SET sql_mode='ANSI';\n" + table("") +
                       "DELIMITER ;;\nCREATE TRIGGER \"tr\" BEFORE INSERT ON \"t\" FOR EACH ROW SET @x='a' ;;\nCREATE "
                       "PROCEDURE \"p;;\"() SELECT \"id\" FROM \"t\" ;;\nDELIMITER ;\n"});
  cases.push_back({"an expression", "SET sql_mode=CONCAT(@@sql_mode,',ANSI_QUOTES');\n" + table("") + rows,
                   "the result of an expression"});
  cases.push_back({"for one statement", "SET STATEMENT sql_mode='ANSI_QUOTES' FOR " + table(""), "for one statement"});
  hold(cases);
}

// A trigger fires for rows behind it, as it does for the client: rows that came out otherwise are not proven, and what
// is stored is the client's all the same.
TEST(ClientRules, a_word_is_a_command_of_the_client_where_its_line_is_no_statement) {
  EXPECT_EQ(client_word("use d", ";"), ClientWord::use);
  EXPECT_EQ(client_word(" USE\t`d` ", ";"), ClientWord::use);
  EXPECT_EQ(client_word("use d;", ";"), ClientWord::none);
  EXPECT_EQ(client_word("use d;", "//"), ClientWord::use);
  EXPECT_EQ(client_word("delimiter ;;", ";"), ClientWord::delimiter);
  EXPECT_EQ(client_word("exit", ";"), ClientWord::reaches);
  EXPECT_EQ(client_word("exit now", ";"), ClientWord::none);
  EXPECT_EQ(client_word("go", ";"), ClientWord::idle);
  EXPECT_EQ(client_word("used d", ";"), ClientWord::none);
  EXPECT_EQ(client_word("source x \\g", ";"), ClientWord::none);
}

}  // namespace
}  // namespace rehearsal
