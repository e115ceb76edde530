// Two states of a table, on a real server: what is counted, what is told, and that memory stays.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "unit/snapshots/server_fixture.h"
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/diff/table_diff.h"

namespace rehearsal {
namespace {

class TableDiffTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    for (auto* connection : {&old_stream_, &old_lookup_, &new_stream_, &new_lookup_}) {
      *connection = server_->sql();
      ASSERT_TRUE(prepare_for_diff(**connection));
    }
    run("SET foreign_key_checks = 0");
    run("CREATE OR REPLACE DATABASE old CHARACTER SET utf8mb3");
    run("CREATE OR REPLACE DATABASE new CHARACTER SET utf8mb4");
    run("SET foreign_key_checks = 1");
  }

  void run(const std::string& statement) {
    const auto done = new_lookup_->execute(statement);
    ASSERT_TRUE(done) << statement << ": " << to_text(done.error());
  }
  // The same statements in both states.
  void both(const std::vector<std::string>& statements) {
    for (const char* schema : {"old", "new"}) {
      run(std::string("USE ") + schema);
      for (const std::string& statement : statements) {
        run(statement);
      }
    }
  }

  TableDiff diff(const std::string& before = "t", const std::string& after = "t") {
    auto compared = compare_tables(DiffSide{*old_stream_, *old_lookup_, "old." + before},
                                   DiffSide{*new_stream_, *new_lookup_, "new." + after}, {rules_, renamed_, written_});
    EXPECT_TRUE(compared) << (compared ? "" : to_text(compared.error()));
    return compared ? *compared : TableDiff();
  }

  // "inserted/updated/deleted"
  static std::string counts(const TableDiff& diff) {
    return std::to_string(diff.inserted) + "/" + (diff.updated ? std::to_string(*diff.updated) : "-") + "/" +
           std::to_string(diff.deleted);
  }
  // "column:kind:rows"
  static std::vector<std::string> columns(const TableDiff& diff) {
    std::vector<std::string> told;
    for (const ColumnChange& change : diff.columns) {
      told.push_back(change.column + ":" + change.kind + ":" + std::to_string(change.rows));
    }
    return told;
  }
  // "columns [unlike] [lost] rows/live keys"
  static std::vector<std::string> changes(const TableDiff& diff) {
    std::vector<std::string> told;
    for (const UnexplainedChange& change : diff.changes) {
      std::vector<std::string> keys;
      for (const KeyValues& key : change.keys) {
        keys.push_back(key.begin()->second);
      }
      told.push_back(fmt::format("{}{}{} {}/{} {}", join(change.columns, ","), change.unlike_rule ? " unlike" : "",
                                 change.lost ? " lost" : "", change.rows, change.live, join(keys, ",")));
    }
    return told;
  }
  static std::string unexpected(const UnexpectedRows& rows) { return fmt::format("{}/{}", rows.rows, rows.live); }
  using Told = std::vector<std::string>;

  TableRules rules_;
  std::map<std::string, std::string> renamed_;
  WrittenPlaces written_;
  std::unique_ptr<Sql> old_stream_, old_lookup_, new_stream_, new_lookup_;
};

TEST_F(TableDiffTest, DeletesHiddenByInsertsAreCountedAndNamed) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10))",
        "INSERT INTO t VALUES (-3,'z'),(1,'a'),(2,'b'),(9,'c'),(10,'d'),(100,'e')"});
  run("DELETE FROM t WHERE id IN (-3, 2, 9)");
  run("INSERT INTO t VALUES (3,'b'),(11,'x'),(200,'y')");
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "3/0/3");
  EXPECT_EQ(result.gone.keys, (std::vector<KeyValues>{{{"id", "-3"}}, {{"id", "2"}}, {{"id", "9"}}}));
}

TEST_F(TableDiffTest, EachClassOfChangeIsTold) {
  both(
      {"CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(30), b VARCHAR(30), c VARCHAR(30), d VARCHAR(30), e VARCHAR(30),"
       " f BLOB)",
       "INSERT INTO t VALUES (1,NULL,'x','a long text','UPPER','one',X'00FF'),(2,'','x','text','x','x',X'00FF'),"
       "(3,NULL,NULL,'c','d','e','f')"});
  run("UPDATE t SET a='', b=NULL, c='a long', d='Upper', e='two', f=X'00FE' WHERE id=1");
  run("UPDATE t SET a=NULL WHERE id=2");
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "0/2/0");
  EXPECT_EQ(columns(result), (Told{"a:null-to-value:1", "a:value-to-null:1", "b:value-to-null:1", "c:truncated:1",
                                   "d:case:1", "e:other:1", "f:other:1"}));
  EXPECT_EQ(changes(result), (Told{"a lost 1/1 2", "a,b,c,d,e,f lost 1/1 1"}));
}

TEST_F(TableDiffTest, TypesAndCharsetsThatMeanTheSameAreNoChange) {
  run("CREATE TABLE old.t (id INT UNSIGNED ZEROFILL PRIMARY KEY, flag TINYINT(1), n INT, big INT UNSIGNED, m "
      "DECIMAL(10,2),"
      " f FLOAT, d DATETIME, day DATE, s VARCHAR(50) CHARACTER SET utf8mb3, l VARCHAR(50) CHARACTER SET latin1,"
      " e ENUM('on','off'), b VARBINARY(20), z DATETIME, w VARCHAR(20))");
  run("INSERT INTO old.t VALUES (7,1,-5,4294967295,1.50,0.1,'2024-01-02 "
      "03:04:05','2024-01-02','häß','naïve','off',X'0001',"
      "'0000-00-00','5'),(8,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)");
  run("CREATE TABLE new.t (id BIGINT PRIMARY KEY, flag INT, n BIGINT, big DECIMAL(20,0), m DECIMAL(20,6), f DOUBLE,"
      " d DATETIME(6), day DATETIME, s VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, l TEXT CHARACTER SET "
      "utf8mb4,"
      " e VARCHAR(8) CHARACTER SET utf8mb4, b BLOB, z DATETIME(3), w INT)");
  run("INSERT INTO new.t SELECT * FROM old.t");
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "0/0/0") << ::testing::PrintToString(columns(result));
  run("UPDATE new.t SET d = '2024-01-02 03:04:05.5', l = 'naive', big = 4294967294 WHERE id = 7");
  EXPECT_EQ(columns(diff()), (Told{"big:other:1", "d:other:1", "l:other:1"}));
}

TEST_F(TableDiffTest, TextKeysAreMergedWhateverTheirCollation) {
  run("CREATE TABLE old.t (k VARCHAR(100) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci PRIMARY KEY, v INT)");
  run("CREATE TABLE new.t (k VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, v INT)");
  run("INSERT INTO old.t VALUES ('b',1),('A',2),('a_',3),('Z',4),('ö',5),('10',6),('9',7),('é\\\\''\"',8)");
  run("INSERT INTO new.t SELECT * FROM old.t");
  run("UPDATE new.t SET v = 80 WHERE k IN ('é\\\\''\"', 'A')");
  run("DELETE FROM new.t WHERE k = 'b'");
  run("INSERT INTO new.t VALUES ('a', 9)");
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "1/2/1");
  EXPECT_EQ(columns(result), (Told{"v:other:2"}));
  EXPECT_EQ(result.gone.keys, (std::vector<KeyValues>{{{"k", "***"}}})) << "a name is no surrogate key";
}

TEST_F(TableDiffTest, ATableWithoutAKeyIsAMultisetOfRows) {
  both({"CREATE TABLE t (a INT, b VARCHAR(10))", "INSERT INTO t VALUES (1,'x'),(1,'x'),(1,'x'),(2,NULL),(NULL,NULL)"});
  run("DELETE FROM t WHERE a = 1 LIMIT 2");
  run("UPDATE t SET b = 'y' WHERE a = 2");
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "1/-/3");
  EXPECT_TRUE(result.gone.keys.empty());
}

TEST_F(TableDiffTest, AUniqueKeyStandsInForAPrimaryKey) {
  both({"CREATE TABLE t (a INT NOT NULL, b VARCHAR(10) NOT NULL, v INT, UNIQUE KEY u (b, a))",
        "INSERT INTO t VALUES (1,'x',1),(2,'x',2),(1,'y',3)"});
  run("UPDATE t SET v = NULL WHERE b = 'x'");
  EXPECT_EQ(counts(diff()), "0/2/0");
  run("ALTER TABLE t DROP KEY u, ADD id INT AUTO_INCREMENT PRIMARY KEY FIRST");
  EXPECT_EQ(counts(diff()), "0/2/0") << "unique before the step is enough";
}

TEST_F(TableDiffTest, ACascadeShowsInTheChild) {
  for (const char* schema : {"old", "new"}) {
    run(std::string("USE ") + schema);
    run("CREATE TABLE p (id INT PRIMARY KEY)");
    run("CREATE TABLE t (id INT PRIMARY KEY, p INT, q INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE,"
        " FOREIGN KEY (q) REFERENCES p (id) ON DELETE SET NULL)");
    run("INSERT INTO p VALUES (1),(2),(3)");
    run("INSERT INTO t VALUES (1,1,2),(2,2,3),(3,3,1)");
  }
  run("DELETE FROM p WHERE id = 1");
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "0/1/1");
  EXPECT_EQ(columns(result), (Told{"q:value-to-null:1"}));
}

TEST_F(TableDiffTest, ARenamedColumnIsFollowedWhereAllItsValuesAgree) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), v INT) CHARACTER SET utf8mb4",
        "INSERT INTO t VALUES (1,'x',1),(2,'y',2),(3,'z',3)"});
  run("ALTER TABLE t CHANGE a b VARCHAR(20) CHARACTER SET utf8mb4");
  run("UPDATE t SET v = 9 WHERE id = 3");
  TableDiff result = diff();
  using Renames = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(result.renamed_columns, (Renames{{"a", "b"}}));
  EXPECT_EQ(counts(result), "0/1/0");
  run("UPDATE t SET b = 'other' WHERE id = 2");
  result = diff();
  EXPECT_EQ(result.renamed_columns, Renames{});
  EXPECT_EQ(counts(result), "0/1/0");
  EXPECT_EQ(columns(result), (Told{"v:other:1"}));
}

TEST_F(TableDiffTest, ARenameInTheLogIsFollowedWhateverTheValues) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20)) CHARACTER SET utf8mb4",
        "INSERT INTO t VALUES (1,'x'),(2,'y')"});
  run("ALTER TABLE t CHANGE a b VARCHAR(20) CHARACTER SET utf8mb4");
  run("UPDATE t SET b = 'other' WHERE id = 2");
  EXPECT_EQ(diff().dropped.size(), 1U);
  renamed_ = {{"a", "b"}};
  EXPECT_TRUE(diff().dropped.empty());
  EXPECT_EQ(changes(diff()), Told{"b lost 1/1 2"});
}

TEST_F(TableDiffTest, ExchangedColumnsAreComparedByTheirNames) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)", "INSERT INTO t VALUES (1,1,2),(2,3,3),(3,NULL,5)"});
  run("ALTER TABLE t CHANGE a x INT");
  run("ALTER TABLE t CHANGE b a INT");
  run("ALTER TABLE t CHANGE x b INT");
  renamed_ = {{"a", "b"}, {"b", "a"}};
  EXPECT_EQ(changes(diff()), Told{"a,b lost 2/2 1,3"});
}

TEST_F(TableDiffTest, ValuesOfADroppedColumnAreCounted) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, c INT AS (a + 1), deleted INT NOT NULL DEFAULT 0)",
        "INSERT INTO t (id, a, deleted) VALUES (1,5,0),(2,6,2),(3,NULL,0)"});
  run("ALTER TABLE t DROP c, DROP b, DROP a");
  const TableDiff result = diff();
  ASSERT_EQ(result.dropped.size(), 1U) << "one was empty, the other follows from the rest";
  EXPECT_EQ(result.dropped[0].name, "a");
  EXPECT_EQ(result.dropped[0].values, 2);
  EXPECT_EQ(result.dropped[0].live, 1);
}

TEST_F(TableDiffTest, AColumnThatBecomesGeneratedLosesItsOwnValues) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)", "INSERT INTO t VALUES (1,1,2),(2,3,9)"});
  run("ALTER TABLE t DROP b, ADD b INT AS (a + 1)");
  EXPECT_EQ(changes(diff()), Told{"b lost 1/1 2"});
}

TEST_F(TableDiffTest, SoftDeletedRowsAndOtherSpellingsLoseNothing) {
  both(
      {"CREATE TABLE t (id INT PRIMARY KEY, doc TEXT, deleted TINYINT(1), updated_at DATETIME)",
       R"(INSERT INTO t VALUES (1,'{"a": 1, "b": [2]}',0,NULL),(2,'x',1,NULL),(3,'y',NULL,NULL),(4,'z',0,'2024-01-01'),)"
       R"((5,'{"a": 1}',0,NULL))"});
  run(R"(UPDATE t SET doc = '{"b":[2],"a":1}' WHERE id = 1)");
  run("UPDATE t SET doc = NULL WHERE id IN (2, 3)");
  run("UPDATE t SET updated_at = NOW() WHERE id = 4");
  run(R"(UPDATE t SET doc = '{"a": 2}' WHERE id = 5)");
  EXPECT_EQ(changes(diff()), (Told{"doc lost 2/2 3,5", "doc 2/1 1,2", "updated_at 1/1 4"}));
  run("DELETE FROM t WHERE id IN (1, 2)");
  EXPECT_EQ(unexpected(diff().gone), "2/1");
}

TEST_F(TableDiffTest, ARewrittenRowIsHeldAgainstItsRule) {
  ExpectedChange strip, fill;
  strip.columns = {"profile"};
  strip.becomes = {{"profile", "JSON_REMOVE(profile, '$.trusted')"}};
  fill.columns = {"host_id", "updated_at"};
  fill.satisfies = "EXISTS (SELECT 1 FROM ${schema}.hosts h WHERE h.id = t.host_id AND h.name = t.host)";
  both(
      {"CREATE TABLE hosts (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO hosts VALUES (7,'one'),(8,'two')",
       "CREATE TABLE t (id INT PRIMARY KEY, profile TEXT, host VARCHAR(20), host_id INT, updated_at DATETIME)",
       R"(INSERT INTO t VALUES (1,'{"trusted": true, "a": 1}','one',NULL,NULL),(2,'{"trusted": false}','two',NULL,NULL),)"
       R"((3,'{"a": 1}','one',NULL,NULL),(4,'','two',NULL,NULL))"});
  run(R"(UPDATE t SET profile = '{"a":1}' WHERE id = 1)");
  run(R"(UPDATE t SET profile = '{}' WHERE id = 2)");
  run("UPDATE t SET host_id = IF(host = 'one', 7, 8), updated_at = NOW()");
  EXPECT_EQ(changes(diff()).size(), 2U);
  rules_.schema = "new";
  rules_.rewritten = {&strip, &fill};
  EXPECT_EQ(changes(diff()), Told{});
  run(R"(UPDATE t SET profile = '{"b":1}' WHERE id = 3)");
  run("UPDATE t SET host_id = 7 WHERE id = 4");
  EXPECT_EQ(changes(diff()), (Told{"profile unlike lost 1/1 3", "host_id unlike 1/1 4"}));
  run("UPDATE t SET host = 'three' WHERE id = 1");
  EXPECT_EQ(changes(diff()).size(), 3U) << "no rule speaks of that column, and the predicate does not hold any more";
}

TEST_F(TableDiffTest, RowsThatComeAndGoAreHeldAgainstTheirRules) {
  ExpectedChange go, come;
  go.satisfies = "t.v IS NULL";
  come.satisfies = "t.v = 'default'";
  both(
      {"CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", "INSERT INTO t VALUES (1,NULL),(2,'a'),(3,NULL),(4,'b')"});
  run("DELETE FROM t WHERE id IN (1, 2)");
  run("INSERT INTO t VALUES (10,'default'),(11,'other')");
  EXPECT_EQ(unexpected(diff().gone) + " " + unexpected(diff().added), "2/2 2/2");
  rules_.deleted = {&go};
  rules_.inserted = {&come};
  const TableDiff result = diff();
  EXPECT_EQ(unexpected(result.gone) + " " + unexpected(result.added), "1/1 1/1");
  EXPECT_EQ(result.gone.keys, (std::vector<KeyValues>{{{"id", "2"}}}));
  EXPECT_EQ(result.added.keys, (std::vector<KeyValues>{{{"id", "11"}}}));
  go.satisfies.clear();
  EXPECT_EQ(unexpected(diff().gone), "0/0");
}

TEST_F(TableDiffTest, WhatIsInAnotherRowThatTheStepWroteIsMovedAndNotLost) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), n INT, deleted INT NOT NULL DEFAULT 0)",
        "INSERT INTO t VALUES (1,'x',5,0),(2,'y',6,0),(3,'z',7,0),(4,'u',NULL,4)"});
  run("CREATE TABLE archive AS SELECT * FROM t WHERE id <> 3");
  run("CREATE TABLE t_extra (t_id INT, what VARCHAR(20))");
  run("INSERT INTO t_extra VALUES (1,'x'),(2,'other')");
  run("DELETE FROM t");
  written_ = {{"new.archive"}, {"new.t_extra"}};
  EXPECT_EQ(unexpected(diff().gone), "4/3");
  EXPECT_EQ(diff().gone.kept, 2);
  run("UPDATE archive SET n = 9 WHERE id = 2");
  EXPECT_EQ(diff().gone.kept, 1) << "not the same row any more";
  EXPECT_EQ(rows_of_dropped(DiffSide{*old_stream_, *old_lookup_, "old.t"}, *new_lookup_, written_)->kept, 1);
  run("INSERT INTO t SELECT * FROM old.t");
  run("UPDATE t SET a = NULL WHERE id < 4");
  written_.tables = {"new.t_extra"};
  EXPECT_EQ(changes(diff()), (Told{"a lost 2/2 2,3", "a 1/1 1"}));
  run("ALTER TABLE t DROP a, ADD b VARCHAR(20)");
  EXPECT_EQ(diff().dropped.at(0).kept, 1);
  run("UPDATE t SET b = 'z' WHERE id = 3");
  written_.new_to_hop.insert("new.t.b");
  EXPECT_EQ(diff().dropped.at(0).kept, 2);
}

TEST_F(TableDiffTest, ARowThatIsAllKeyIsKeptOnlyWhereItIs) {
  both({"CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b))", "INSERT INTO t VALUES (1,1),(1,2),(2,1)",
        "CREATE TABLE u (a INT, b INT, c INT)"});
  run("INSERT INTO u VALUES (1,2,5)");
  run("DELETE FROM t");
  written_ = {{"new.u"}, {}};
  EXPECT_EQ(diff().gone.kept, 1);
  run("CREATE OR REPLACE TABLE t AS SELECT * FROM old.t");
  EXPECT_EQ(unexpected(diff().gone), "0/0");
}

TEST_F(TableDiffTest, ARuleThatTheTableDoesNotTakeExcusesNothing) {
  ExpectedChange rule;
  rule.table = "t";
  rule.columns = {"v"};
  rule.becomes = {{"v", "no_such_column + 1"}};
  both({"CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1,1)"});
  run("UPDATE t SET v = 2");
  rules_.rewritten = {&rule};
  const TableDiff result = diff();
  EXPECT_EQ(changes(result), Told{"v lost 1/1 1"});
  ASSERT_EQ(result.rules_not_asked.size(), 1U);
  EXPECT_NE(result.rules_not_asked[0].find("no_such_column"), std::string::npos) << result.rules_not_asked[0];
}

TEST_F(TableDiffTest, ALargeValueCutToItsNewTypeIsTruncated) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, v MEDIUMTEXT)",
        "INSERT INTO t VALUES (1, REPEAT('ab', 50000)), (2, REPEAT('c', 70000)), (3, 'short'), (4, REPEAT('d', "
        "70000))"});
  run("UPDATE t SET v = LEFT(v, 65535) WHERE id = 1");
  run("UPDATE t SET v = CONCAT(LEFT(v, 69999), 'e') WHERE id = 2");
  run("ALTER TABLE t MODIFY v LONGTEXT CHARACTER SET utf8mb4");
  EXPECT_EQ(columns(diff()), (Told{"v:other:1", "v:truncated:1"}));
}

TEST_F(TableDiffTest, LongTextKeysThatDifferAtTheirEndStayInOrder) {
  both(
      {"CREATE TABLE t (k VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY) "
       "ROW_FORMAT=DYNAMIC",
       "INSERT INTO t SELECT CONCAT(REPEAT('ж', 600), 500 - seq) FROM seq_1_to_400"});
  run("DELETE FROM t WHERE k LIKE '%7'");
  EXPECT_EQ(counts(diff()), "0/0/40");
}

std::size_t resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::strtoul(line.c_str() + 6, nullptr, 10);
    }
  }
  return 0;
}

TEST_F(TableDiffTest, MemoryDoesNotGrowWithTheTable) {
  both({"CREATE TABLE t (id INT PRIMARY KEY, u CHAR(36), name VARCHAR(255), v INT, w TEXT)",
        "INSERT INTO t SELECT seq, UUID(), CONCAT('name ', seq), NULL, REPEAT('w', 200) FROM seq_1_to_200000"});
  run("REPLACE INTO new.t SELECT * FROM old.t");
  run("DELETE FROM t WHERE id % 1000 = 0");
  run("UPDATE t SET v = 1 WHERE id % 10 = 1");
  const std::size_t before = resident_kilobytes();
  const TableDiff result = diff();
  EXPECT_EQ(counts(result), "0/20000/200");
  EXPECT_EQ(columns(result), (Told{"v:null-to-value:20000"}));
  EXPECT_EQ(result.gone.keys.size(), kKeysShown);
  EXPECT_LT(resident_kilobytes(), before + 24 * 1024) << "the rows themselves are 100 MB";
}

}  // namespace
}  // namespace rehearsal
