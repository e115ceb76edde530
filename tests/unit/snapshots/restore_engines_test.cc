// What is kept otherwise than in plain InnoDB tables: it is there when the server of the restore has stopped.
#include <fstream>

#include "server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "snapshots/load/restore.h"
#include "snapshots/prove/verify.h"

namespace rehearsal {
namespace {

constexpr const char* kDump = R"sql(CREATE DATABASE d;
USE d;
CREATE TABLE m (a INT PRIMARY KEY, b VARCHAR(20), KEY (b) USING HASH) ENGINE=MEMORY;
INSERT INTO m VALUES (1,'x'),(2,'y'),(3,'z');
CREATE TABLE i1 (a INT NOT NULL) ENGINE=MyISAM;
INSERT INTO i1 VALUES (1),(2);
CREATE TABLE i2 (a INT NOT NULL) ENGINE=MyISAM;
INSERT INTO i2 VALUES (3);
CREATE TABLE merged (a INT NOT NULL) ENGINE=MRG_MyISAM UNION=(i1,i2);
CREATE TABLE c (a INT NOT NULL, b VARCHAR(9) NOT NULL) ENGINE=CSV;
INSERT INTO c VALUES (1,'a,"b'),(2,'');
CREATE TABLE ar (a INT PRIMARY KEY) ENGINE=Aria TRANSACTIONAL=1;
INSERT INTO ar VALUES (1),(2),(3),(4);
CREATE SEQUENCE s START WITH 1 INCREMENT BY 5 CACHE 10 ENGINE=InnoDB;
DO SETVAL(s, 41, 0);
CREATE TABLE v (a INT PRIMARY KEY, b INT) WITH SYSTEM VERSIONING;
/*M!101100 SET @@system_versioning_insert_history = 1 */;
INSERT INTO v (a, b, row_start, row_end) VALUES (1,1,'2020-01-01 00:00:00','2021-01-01 00:00:00'),(1,2,'2021-01-01 00:00:00','2038-01-19 03:14:07.999999');
SET default_storage_engine = MEMORY;
CREATE TABLE silent (a INT);
INSERT INTO silent VALUES (1),(2);
SET default_storage_engine = InnoDB;
CREATE TABLE late (a INT);
INSERT INTO late VALUES (5);
CREATE EVENT e ON SCHEDULE AT '2020-01-01 00:00:00' DO SELECT 1;
CREATE EVENT r ON SCHEDULE EVERY 1 DAY STARTS '2019-01-01 00:00:00' ENDS '2020-01-01 00:00:00' DO SELECT 1;
SET sql_mode = ORACLE;
DELIMITER //
CREATE PACKAGE pk AS FUNCTION f RETURN INT; END;
//
CREATE PACKAGE BODY pk AS FUNCTION f RETURN INT AS BEGIN RETURN 5; END; END;
//
DELIMITER ;
)sql";

class RestoreEnginesTest : public ServerTest {};

TEST_F(RestoreEnginesTest, EveryEnginesRowsOutliveTheServerOfTheRestore) {
  const std::string file = (server_->dir() / "engines.sql").string();
  std::ofstream(file) << kDump;
  const std::vector<DumpInput> inputs = {{file, ""}};
  const SqlLogin admin{server_->socket(), "root", TestServer::kPassword};
  const auto index = scan_dumps(inputs);
  ASSERT_TRUE(index);
  const auto report = restore_dumps(inputs, *index, admin);
  ASSERT_TRUE(report) << to_text(report.error());
  const std::string told = join(report->adaptation_lines(), "\n");
  for (const char* words : {"d.m is a MEMORY table", "d.silent is a MEMORY table",
                            "the time of the event d.e has passed", "the time of the event d.r has passed"}) {
    EXPECT_NE(told.find(words), std::string::npos) << words << " is not in\n" << told;
  }
  const auto expect_proven = [&] {
    const auto proof = verify_counts(admin, *index);
    ASSERT_TRUE(proof) << to_text(proof.error());
    EXPECT_TRUE(proof->proven()) << proof->text();
  };
  expect_proven();
  ASSERT_EQ(server_->stop(), 0);
  ASSERT_TRUE(server_->start()) << server_->log();
  expect_proven();
  const auto sql = server_->sql();
  const std::pair<const char*, const char*> wanted[] = {
      {"SELECT GROUP_CONCAT(a, b ORDER BY a) FROM d.m", "1x,2y,3z"},
      {"SELECT SUM(a) FROM d.merged", "6"},
      {"SELECT GROUP_CONCAT(b ORDER BY a SEPARATOR '|') FROM d.c", "a,\"b|"},
      {"SELECT COUNT(*) FROM d.ar", "4"},
      {"SELECT NEXTVAL(d.s)", "41"},
      {"SELECT b FROM d.v", "2"},
      {"SELECT b FROM d.v FOR SYSTEM_TIME AS OF '2020-06-01 00:00:00'", "1"},
      {"SELECT SUM(a) FROM d.silent", "3"},
      {"SELECT d.pk.f()", "5"},
      {"SELECT COUNT(*) FROM mysql.event WHERE db = 'd'", "2"},
  };
  for (const auto& [query, answer] : wanted) {
    const auto value = sql->value(query);
    ASSERT_TRUE(value) << query << ": " << to_text(value.error());
    EXPECT_EQ(value->value_or("NULL"), answer) << query;
  }
}

}  // namespace
}  // namespace rehearsal
