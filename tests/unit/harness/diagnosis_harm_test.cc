// No proposed SQL drops, renames away or empties what was there before the step and holds rows or values.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "unit/harness/diagnosed_refusal.h"
#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "harness/diagnosis/harm.h"
#include "harness/diagnosis/proposed_sql.h"

namespace rehearsal {
namespace {

using TakingKind = Taking::Kind;

std::string taken(const std::string& sql) {
  std::string text;
  for (const Taking& taking : takings_of(sql)) {
    const std::string what = taking.verb + " " + taking.schema + "." + taking.table + "." + taking.column;
    text += (text.empty() ? "" : "; ") + (taking.kind == TakingKind::none      ? "none"
                                          : taking.kind == TakingKind::unknown ? "unknown"
                                          : taking.kind == TakingKind::rows    ? "rows"
                                          : taking.kind == TakingKind::use     ? "use " + taking.schema
                                                                               : what);
  }
  return text;
}

TEST(ProposedSql, IsReadForWhatItTakes) {
  EXPECT_EQ(taken("DROP TABLE IF EXISTS `a`.`b`, c"), "drop a.b.; drop .c.");
  EXPECT_EQ(taken("RENAME TABLE a.b TO a.c, d TO e"), "rename a.b.; rename .d.");
  EXPECT_EQ(taken("TRUNCATE a.b"), "empty a.b.");
  EXPECT_EQ(taken("CREATE OR REPLACE TABLE t (id INT)"), "drop .t.");
  EXPECT_EQ(taken("DROP DATABASE d"), "drop d..");
  EXPECT_EQ(taken("ALTER TABLE a.b DROP FOREIGN KEY f, DROP COLUMN c"), "none; drop a.b.c");
  EXPECT_EQ(taken("ALTER TABLE a.b CHANGE c d INT, RENAME COLUMN e TO f, RENAME TO a.g"),
            "rename a.b.c; rename a.b.e; rename a.b.");
  EXPECT_EQ(taken("ALTER TABLE t MODIFY c INT, ADD d INT, RENAME INDEX a TO b, ROW_FORMAT=DYNAMIC"),
            "none; none; none; none");
  EXPECT_EQ(taken("ALTER TABLE t DISCARD TABLESPACE"), "unknown");
  EXPECT_EQ(taken("ALTER TABLE t DROP PARTITION p"), "unknown");
  EXPECT_EQ(taken("ALTER TABLE t ENGINE=InnoDB"), "none");
  EXPECT_EQ(taken("ALTER TABLE t ENGINE=BLACKHOLE"), "unknown");
  EXPECT_EQ(taken("DELETE o FROM t o"), "rows");
  EXPECT_EQ(taken("REPLACE INTO t VALUES (1)"), "rows");
  EXPECT_EQ(taken("CALL p()"), "unknown");
  EXPECT_EQ(taken("USE `a`"), "use a");
  EXPECT_EQ(taken("/*!40000 DROP TABLE t */"), "drop .t.");
  EXPECT_EQ(taken("DROP INDEX i ON t"), "none");
}

TEST(ProposedSql, IsTakenApartAtItsSemicolons) {
  EXPECT_EQ(statements_of("USE c;\nDELETE FROM t WHERE a = ';'; UPDATE t SET b = 1;\n"),
            (std::vector<std::string>{"USE c", "DELETE FROM t WHERE a = ';'", "UPDATE t SET b = 1"}));
}

class Harm : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (!server_) {
      return;
    }
    sql_ = server_->sql();
    run({"DROP DATABASE IF EXISTS c", "CREATE DATABASE c", "USE c", "CREATE TABLE parent (id INT PRIMARY KEY)",
         std::string("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), b DATETIME, p INT NULL, none INT,") +
             " CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)",
         "CREATE TABLE bare (id INT)", "CREATE TABLE other (id INT) ENGINE=MyISAM", "INSERT INTO other VALUES (1)",
         "INSERT INTO parent VALUES (1), (2)",
         "INSERT INTO t VALUES (1, 'x', '2020-01-01', 1, NULL), (2, 'x', NULL, 1, NULL)"});
  }
  void run(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) {
      const auto done = sql_->execute(statement);
      ASSERT_TRUE(done) << statement << to_text(done.error());
    }
  }
  std::string harm(const std::string& proposed, const Schema* before = nullptr) {
    const auto found = harm_of(*sql_, proposed, before);
    EXPECT_TRUE(found) << to_text(found.error());
    return found ? *found : "";
  }

  std::unique_ptr<Sql> sql_;
};

TEST_F(Harm, IsWhatTakesRowsOrValues) {
  for (const char* const bad :
       {"DROP TABLE c.t", "RENAME TABLE c.t TO c.u", "TRUNCATE TABLE c.t", "USE c;\nDROP TABLE t",
        "ALTER TABLE c.t RENAME TO c.u", "ALTER TABLE c.t DROP COLUMN a", "ALTER TABLE c.t DROP COLUMN none, DROP b",
        "ALTER TABLE c.t CHANGE a z VARCHAR(9)", "ALTER TABLE c.t RENAME COLUMN a TO z", "DELETE FROM c.t",
        "USE c;\nDELETE o FROM t o WHERE id > 0", "DELETE FROM c.t WHERE id = 1; DELETE FROM c.t WHERE id = 2",
        "DELETE FROM c.parent WHERE id = 1", "UPDATE c.t SET a = NULL", "DROP DATABASE c",
        "CREATE OR REPLACE TABLE c.t (id INT)", "DELETE FROM c.other WHERE id = 5", "CALL c.p()",
        "ALTER TABLE c.t ADD z VARCHAR(9); UPDATE c.t SET z = a, a = NULL"}) {
    EXPECT_NE(harm(bad), "") << bad;
  }
}

TEST_F(Harm, IsNotWhatLeavesThem) {
  for (const char* const good :
       {"DROP TABLE c.bare", "ALTER TABLE c.t DROP COLUMN none", "ALTER TABLE c.t DROP FOREIGN KEY f",
        "DELETE FROM c.t WHERE id = 2", "UPDATE c.t SET a = NULL WHERE id = 1", "UPDATE c.t SET none = 1",
        "ALTER TABLE c.t MODIFY a VARCHAR(19), ADD q INT", "DELETE FROM c.parent WHERE id = 2",
        "CREATE INDEX i ON c.t (a)", "DROP TRIGGER c.x"}) {
    EXPECT_EQ(harm(good), "") << good;
  }
  EXPECT_EQ(sql_->value("SELECT COUNT(*) FROM c.t").value(), "2") << "looking changed rows";
}

TEST_F(Harm, IsNoneToWhatTheStepItselfMade) {
  const auto before = read_schema(*sql_, {"c"});
  ASSERT_TRUE(before);
  run({"CREATE TABLE c.made (id INT)", "INSERT INTO c.made VALUES (1)", "ALTER TABLE c.t ADD made INT DEFAULT 3"});
  EXPECT_EQ(harm("DROP TABLE c.made", &*before), "");
  EXPECT_NE(harm("DROP TABLE c.made"), "");
  EXPECT_EQ(harm("ALTER TABLE c.t DROP COLUMN made", &*before), "");
  EXPECT_NE(harm("DROP TABLE c.t", &*before), "");
  // Under a new name stands what was there before.
  run({"ALTER TABLE c.parent RENAME TO c.moved"});
  EXPECT_NE(harm("DROP TABLE c.moved", &*before), "");
}

TEST_F(Harm, IsTakenOutOfAFixAndAskedAbout) {
  Fix fix;
  fix.sql = "DROP TABLE c.t;";
  const auto withheld = withhold_harm(*sql_, nullptr, fix);
  ASSERT_TRUE(withheld);
  EXPECT_TRUE(*withheld);
  EXPECT_EQ(fix.sql, "");
  EXPECT_NE(fix.decision.find("holds rows"), std::string::npos) << fix.decision;
}

// One statement that the server refuses for the sake of each kind of demand, and rows of three kinds for it.
struct GuardedFix {
  const char* name;
  std::vector<std::string> object;             // what stands in the way; older or newer than the step
  std::vector<std::vector<std::string>> rows;  // some of them offend, all of them offend
  std::string statement;
};

std::vector<GuardedFix> refusals() {
  const std::string t = "INSERT INTO c.t (id, a, p, d, deleted) VALUES ";
  const std::string zero = "SET sql_mode = ''";
  return {
      {"unique",
       {},
       {{t + "(1,'x',1,NULL,0),(2,'x',1,NULL,0),(3,'z',1,NULL,0)"}, {t + "(1,'x',1,NULL,4),(2,'x',2,NULL,5)"}},
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)"},
      {"not_null",
       {},
       {{t + "(1,NULL,1,NULL,0),(2,'x',1,NULL,0)"}, {t + "(1,NULL,1,NULL,3)"}},
       "ALTER TABLE t MODIFY a VARCHAR(30) NOT NULL"},
      {"fits",
       {},
       {{t + "(1,'abcdef',1,NULL,3),(2,'x',1,NULL,0)"}, {t + "(1,'abcdef',1,NULL,3)"}},
       "ALTER TABLE t MODIFY a VARCHAR(3)"},
      {"valid_dates",
       {},
       {{zero, t + "(1,'x',1,'0000-00-00',0),(2,'x',1,'2020-01-01',0)"}, {zero, t + "(1,'x',1,'2020-00-01',0)"}},
       "ALTER TABLE t MODIFY a TEXT, ALGORITHM=COPY"},
      {"refers, may be NULL",
       {},
       {{t + "(1,'x',1,NULL,0),(2,'x',9,NULL,0)"}, {t + "(1,'x',9,NULL,0)"}},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id)"},
      {"refers, cascades",
       {},
       {{t + "(1,'x',1,NULL,0),(2,'x',9,NULL,0)"}, {t + "(1,'x',9,NULL,0)"}},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE"},
      {"compatible",
       {"CREATE TABLE c.bare (uuid INT)"},
       {{t + "(1,'x',1,NULL,0)"}},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES bare (uuid)"},
      {"absent_column",
       {"ALTER TABLE c.t ADD extra VARCHAR(9)"},
       {{t + "(1,'x',1,NULL,0),(2,'y',1,NULL,0)", "UPDATE c.t SET extra = 'v' WHERE id = 1"},
        {t + "(1,'x',1,NULL,0)", "UPDATE c.t SET extra = 'v'"}},
       "ALTER TABLE t ADD COLUMN extra INT"},
      {"absent_column, not NULL",
       {"ALTER TABLE c.t ADD extra INT NOT NULL DEFAULT 7"},
       {{t + "(1,'x',1,NULL,0)"}},
       "ALTER TABLE t ADD COLUMN extra INT"},
      {"absent_key", {"CREATE UNIQUE INDEX k ON c.t (a)"}, {{t + "(1,'x',1,NULL,0)"}}, "CREATE INDEX k ON t (p)"},
      {"absent_table",
       {"CREATE TABLE c.made (id INT PRIMARY KEY)"},
       {{"INSERT INTO c.made VALUES (1)"}},
       "CREATE TABLE made (id INT NOT NULL, PRIMARY KEY (id))"},
      {"absent_table, somebody's",
       {"CREATE TABLE c.made (own INT, CONSTRAINT mf FOREIGN KEY (own) REFERENCES c.parent (id))"},
       {{"INSERT INTO c.made VALUES (1)"}},
       "CREATE TABLE made (id INT NOT NULL, PRIMARY KEY (id))"},
      {"present_column", {}, {{t + "(1,'x',1,NULL,0)"}}, "ALTER TABLE t DROP COLUMN gone"},
      {"present_key", {}, {{t + "(1,'x',1,NULL,0)"}}, "DROP INDEX t_a_idx ON t"},
      {"present_key, needed",
       {"ALTER TABLE c.t ADD KEY k (p), ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES c.parent (id)"},
       {{t + "(1,'x',1,NULL,0)"}},
       "DROP INDEX k ON t"},
      {"present_foreign_key", {}, {{t + "(1,'x',1,NULL,0)"}}, "ALTER TABLE t DROP FOREIGN KEY gone"},
      {"present_table", {}, {{}}, "ALTER TABLE nowhere ADD COLUMN x INT"},
      {"key_size",
       {"CREATE TABLE c.old (id INT PRIMARY KEY, v VARCHAR(255)) CHARSET utf8mb4 ROW_FORMAT=COMPACT"},
       {{"INSERT INTO c.old VALUES (1, 'x')"}},
       "CREATE INDEX ix ON old (v)"},
      {"copied rows",
       {"CREATE TABLE c.target (a VARCHAR(9) PRIMARY KEY)"},
       {{t + "(1,'x',1,NULL,0),(2,'x',1,NULL,0)"}},
       "INSERT INTO target (a) VALUES ('x'), ('x')"},
  };
}

// What is there of the tables and columns that the schema names: those with rows, those with values.
std::set<std::string> treasure(Sql& sql, const Schema& of) {
  std::set<std::string> found;
  for (const auto& [name, shape] : of.tables) {
    const std::string table = "`" + replace_all(name, ".", "`.`") + "`";
    const auto any = sql.value("SELECT 1 FROM " + table + " LIMIT 1");
    if (any && *any) {
      found.insert(name);
    }
    for (const std::string& line : shape.lines) {
      if (!line.starts_with("`")) {
        continue;
      }
      const std::string column = line.substr(0, line.find('`', 1) + 1);
      const auto value = sql.value("SELECT 1 FROM " + table + " WHERE " + column + " IS NOT NULL AND CAST(" + column +
                                   " AS CHAR) NOT LIKE '%-00%' LIMIT 1");
      if (value && *value) {
        found.insert(name + "." + column);
      }
    }
  }
  return found;
}

TEST_F(Harm, IsDoneByNoFixOfAnyKind) {
  int with_sql = 0, without = 0;
  for (const GuardedFix& refusal : refusals()) {
    for (std::size_t filling = 0; filling <= refusal.rows.size(); ++filling) {
      for (const bool older : {true, false}) {
        SCOPED_TRACE(std::string(refusal.name) + (older ? ", older, rows " : ", newer, rows ") +
                     std::to_string(filling));
        run({"SET sql_mode = DEFAULT", "DROP DATABASE IF EXISTS c", "CREATE DATABASE c", "USE c",
             "CREATE TABLE parent (id INT PRIMARY KEY)", "INSERT INTO parent VALUES (1), (2)",
             "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(30), p INT, d DATETIME, deleted INT DEFAULT 0)"});
        Schema before;
        if (!older) {
          before = read_schema(*sql_, {"c"}).value();
        }
        run(refusal.object);
        if (older) {
          before = read_schema(*sql_, {"c"}).value();
        }
        if (filling > 0) {
          run(refusal.rows[filling - 1]);
        }
        run({"SET sql_mode = 'TRADITIONAL'"});
        const bool refused = !sql_->execute(refusal.statement);
        if (!refused || (filling == 0 && refusal.statement.starts_with("INSERT"))) {
          EXPECT_EQ(filling, 0U) << "not refused";
          continue;
        }
        StepTrace trace;
        LoggedStatement logged;
        for (const std::string& statement : {std::string("SELECT a FROM t"), refusal.statement}) {
          logged.sql = statement;
          trace.take(logged);
        }
        const Finding finding = diagnosed_refusal(*sql_, *server_->sql(), refusal.statement, trace,
                                                  refusal.statement.starts_with("INSERT") ? "c.target" : "", &before);
        ASSERT_TRUE(finding.fix) << finding.title;
        if (finding.fix->sql.empty()) {
          EXPECT_NE(finding.fix->decision, "");
          ++without;
          continue;
        }
        ++with_sql;
        const std::set<std::string> had = treasure(*sql_, before);
        ASSERT_TRUE(apply_fix(*server_->sql(), finding.fix->sql)) << finding.fix->sql;
        const std::set<std::string> has = treasure(*sql_, before);
        for (const std::string& thing : had) {
          EXPECT_TRUE(has.contains(thing)) << thing << " is lost by " << finding.fix->sql;
        }
      }
    }
  }
  EXPECT_GT(with_sql, 25);
  EXPECT_GT(without, 10);
}

}  // namespace
}  // namespace rehearsal
