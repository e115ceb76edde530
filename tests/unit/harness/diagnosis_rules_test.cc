// Every rule against a real server: the deviation is made, the statement is refused, and the diagnosis must name what
// is in its way; where it proposes a fix, the statement must pass after it.
#include "unit/harness/diagnosed_refusal.h"
#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

struct Rule {
  const char* name;
  std::vector<std::string> before;  // how production came to be as it is
  std::string statement;            // what the migration sends
  std::string code;
  std::string table;
  std::int64_t rows = -1;     // -1: it is not about rows
  bool fix = true;            // a fix is derived and the statement passes with it
  std::string decision = {};  // a part of what a person must decide
};

std::vector<Rule> rules() {
  const std::string rows = "INSERT INTO c.t (id, name, deleted, created_at) VALUES ";
  return {
      {"NullForNotNullTakesTheDefault",
       {rows + "(1, 'a', 0, '2020-01-01'), (2, NULL, 1, '2020-01-02'), (3, NULL, 1, '2021-01-02')"},
       "ALTER TABLE t MODIFY name VARCHAR(40) NOT NULL DEFAULT 'none'",
       "null-in-not-null",
       "c.t",
       2},
      {"NullForNotNullOfLiveRowsIsAPersonsToDecide",
       {rows + "(1, 'a', 0, NULL), (2, NULL, 0, NULL)"},
       "ALTER TABLE t MODIFY name VARCHAR(40) NOT NULL",
       "null-in-not-null",
       "c.t",
       1,
       false,
       "Which value of name"},
      {"NullForNotNullOfDeletedRowsIsHarmless",
       {rows + "(1, 'a', 0, NULL), (2, NULL, 7, NULL)"},
       "ALTER TABLE t MODIFY name VARCHAR(40) NOT NULL",
       "null-in-not-null",
       "c.t",
       1},
      {"AValueThatIsNoChoiceIsNoNull",
       {"ALTER TABLE c.t ADD pfs ENUM('group1', 'group2', 'group5') NOT NULL",
        "INSERT INTO c.t (id, pfs) VALUES (1, 'group2'), (2, 'group1'), (3, 'group5')"},
       "ALTER TABLE t MODIFY COLUMN pfs ENUM('group2','group5') NOT NULL",
       "data-truncated",
       "c.t",
       1,
       false,
       "do not fit"},
      {"NullThatIsNoChoiceIsANull",
       {"ALTER TABLE c.t ADD pfs ENUM('group1', 'group2')", rows + "(1, 'a', 0, NULL)"},
       "ALTER TABLE t MODIFY COLUMN pfs ENUM('group1', 'group2') NOT NULL",
       "null-in-not-null",
       "c.t",
       1,
       false,
       "Which value of pfs"},
      {"DuplicatesThatDifferAreAPersonsToDecide",
       {rows + "(1, 'a', 0, NULL), (2, 'a', 0, NULL), (3, 'a', 1, NULL), (4, 'b', 0, NULL), (5, NULL, 0, NULL), (6, "
               "NULL, 0, NULL)"},
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE (name)",
       "duplicate-entry",
       "c.t",
       3,
       false,
       "Which of the rows that share name"},
      {"DuplicatesThatAreAlikeGo",
       {rows + "(1, 'a', 0, '2020-01-01'), (2, 'a', 0, '2021-01-01'), (4, 'b', 0, NULL)"},
       "CREATE UNIQUE INDEX u ON t (name)",
       "duplicate-entry",
       "c.t",
       2},
      {"DuplicatesOfDeletedRowsGo",
       {"ALTER TABLE c.t ADD size INT", rows + "(1, 'a', 0, NULL), (2, 'a', 1, NULL), (3, 'a', 2, NULL)",
        "UPDATE c.t SET size = id"},
       "ALTER TABLE t ADD UNIQUE u (name)",
       "duplicate-entry",
       "c.t",
       3},
      {"DuplicatesUnderAnotherCollation",
       {"CREATE TABLE c.tags (id INT, tag VARCHAR(60) COLLATE utf8mb3_bin, PRIMARY KEY (id, tag)) CHARSET utf8mb3",
        "INSERT INTO c.tags VALUES (1, 'a'), (1, 'A'), (2, 'a')"},
       "ALTER TABLE tags CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
       "duplicate-entry",
       "c.tags",
       2,
       false,
       "Which of the rows"},
      {"ColumnMadeBefore",
       {"ALTER TABLE c.t ADD host VARCHAR(9)"},
       "ALTER TABLE t ADD COLUMN host BIGINT",
       "duplicate-column",
       "c.t"},
      {"ColumnMadeBeforeWithValuesIsKept",
       {"ALTER TABLE c.t ADD host VARCHAR(9)", rows + "(1, 'a', 0, NULL)", "UPDATE c.t SET host = 'h'"},
       "ALTER TABLE t ADD COLUMN host BIGINT",
       "duplicate-column",
       "c.t",
       -1,
       false,
       "must not be dropped"},
      {"ColumnMadeBeforeWithAForeignKey",
       {"ALTER TABLE c.t ADD p INT, ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES c.parent (id)"},
       "ALTER TABLE t ADD COLUMN p INT",
       "duplicate-column",
       "c.t"},
      {"KeyMadeBefore",
       {"CREATE INDEX idx ON c.t (name)"},
       "CREATE INDEX idx ON t (name)",
       "duplicate-key-name",
       "c.t"},
      {"KeyMadeBeforeThatAForeignKeyNeeds",
       {"ALTER TABLE c.t ADD p INT, ADD KEY idx (p), ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES c.parent (id)"},
       "CREATE INDEX idx ON t (name)",
       "duplicate-key-name",
       "c.t"},
      {"TableMadeBefore",
       {"CREATE TABLE c.shares (id INT)"},
       "CREATE TABLE shares (id INT NOT NULL, PRIMARY KEY (id))",
       "table-exists",
       "c.shares"},
      {"TableMadeBeforeWithRowsIsKept",
       {"CREATE TABLE c.shares (id INT, CONSTRAINT f FOREIGN KEY (id) REFERENCES c.parent (id))",
        "INSERT INTO c.parent VALUES (1)", "INSERT INTO c.shares VALUES (1)"},
       "CREATE TABLE shares (id INT, CONSTRAINT f FOREIGN KEY (id) REFERENCES parent (id))",
       "table-exists",
       "c.shares",
       -1,
       false,
       "It holds 1 rows"},
      {"TableOfSomebodyElseIsKeptThoughEmpty",
       {"CREATE TABLE c.shares (id INT, owner VARCHAR(9))"},
       "CREATE TABLE shares (id INT NOT NULL, PRIMARY KEY (id))",
       "table-exists",
       "c.shares",
       -1,
       false,
       "gives it no owner"},
      {"KeyThatIsGone", {}, "DROP INDEX t_name_idx ON t", "cannot-drop", "c.t"},
      {"KeyThatAForeignKeyNeeds",
       {"ALTER TABLE c.t ADD p INT, ADD KEY idx (p), ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES c.parent (id)"},
       "DROP INDEX idx ON t",
       "cannot-drop",
       "c.t"},
      {"ColumnThatIsGone", {}, "ALTER TABLE t DROP COLUMN in_use", "unknown-column", "c.t"},
      {"ForeignKeyThatIsGoneIsAskedFor",
       {},
       "ALTER TABLE t DROP FOREIGN KEY f",
       "cannot-drop",
       "c.t",
       -1,
       false,
       "no constraint f"},
      {"OrphansThatMayPointNowhere",
       {"ALTER TABLE c.t ADD p INT", rows + "(1, 'a', 0, NULL), (2, 'b', 0, NULL)", "INSERT INTO c.parent VALUES (1)",
        "UPDATE c.t SET p = id"},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(p) REFERENCES parent (id)",
       "foreign-key-orphan",
       "c.t",
       1,
       true,
       "restore it instead"},
      {"OrphansThatMustPointSomewhere",
       {"ALTER TABLE c.t ADD p INT NOT NULL", "INSERT INTO c.t (id, p) VALUES (1, 1), (2, 2), (3, 3)",
        "INSERT INTO c.parent VALUES (3)"},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(p) REFERENCES parent (id)",
       "foreign-key-orphan",
       "c.t",
       2,
       true,
       "keep a copy"},
      {"OrphansThatAreAllThereIsAreAskedAbout",
       {"ALTER TABLE c.t ADD p INT NOT NULL", "INSERT INTO c.t (id, p) VALUES (1, 1), (2, 2)"},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(p) REFERENCES parent (id)",
       "foreign-key-orphan",
       "c.t",
       2,
       false,
       "it would empty c.t"},
      {"ForeignKeyOfANewTableUnderTheDatabasesCollation",
       {"CREATE TABLE c.instances (uuid VARCHAR(36), UNIQUE (uuid)) CHARSET utf8mb3 COLLATE utf8mb3_general_ci",
        "ALTER DATABASE c CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"},
       "CREATE TABLE share (id INT, i VARCHAR(36), PRIMARY KEY (id), FOREIGN KEY(i) REFERENCES instances (uuid))",
       "foreign-key-incompatible",
       "c.share"},
      {"ForeignKeyOfANewTableToAConvertedOne",
       {"CREATE TABLE c.instances (uuid VARCHAR(36), UNIQUE (uuid)) CHARSET utf8mb4"},
       "CREATE TABLE share (id INT, i VARCHAR(36), FOREIGN KEY(i) REFERENCES instances (uuid)) CHARSET=utf8",
       "foreign-key-incompatible",
       "c.share"},
      {"ForeignKeyBetweenTypesThatDiffer",
       {"ALTER TABLE c.t ADD p BIGINT"},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(p) REFERENCES parent (id)",
       "foreign-key-incompatible",
       "c.t"},
      {"ForeignKeyToAColumnWithoutAKey",
       {"CREATE TABLE c.nokey (uuid INT)"},
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(id) REFERENCES nokey (uuid)",
       "foreign-key-incompatible",
       "c.t"},
      {"ZeroDates",
       {"SET sql_mode = ''", rows + "(1, 'a', 0, '0000-00-00'), (2, 'b', 0, '2020-00-01'), (3, 'c', 0, '2020-01-01')"},
       "ALTER TABLE t MODIFY name TEXT, ALGORITHM=COPY",
       "incorrect-value",
       "c.t",
       2},
      {"ValuesTooLong",
       {rows + "(1, 'abcdef', 0, NULL), (2, 'b', 0, NULL)"},
       "ALTER TABLE t MODIFY name VARCHAR(3)",
       "data-truncated",
       "c.t",
       1,
       false,
       "do not fit"},
      {"ValuesTooLongOfDeletedRowsAreCut",
       {rows + "(1, 'abcdef', 4, NULL), (2, 'b', 0, NULL)"},
       "ALTER TABLE t MODIFY name VARCHAR(3)",
       "data-truncated",
       "c.t",
       1},
      {"NumbersTooLarge",
       {"ALTER TABLE c.t ADD big BIGINT", "INSERT INTO c.t (id, big) VALUES (1, 5000000000)"},
       "ALTER TABLE t MODIFY big INTEGER",
       "incorrect-value",
       "c.t",
       1,
       false,
       "do not fit"},
      {"KeyTooLongForAnOldRowFormat",
       {"CREATE TABLE c.old (id INT PRIMARY KEY, a VARCHAR(255)) CHARSET utf8mb4 ROW_FORMAT=COMPACT"},
       "CREATE INDEX ix ON old (a)",
       "key-too-long",
       "c.old"},
      {"TableThatIsGone",
       {},
       "ALTER TABLE nowhere ADD COLUMN x INT",
       "unknown-table",
       "c.nowhere",
       -1,
       false,
       "What happened to the table"},
      {"CopiedRowsCollide",
       {"CREATE TABLE c.bindings (port VARCHAR(36), host VARCHAR(36), PRIMARY KEY (port, host))",
        "INSERT INTO c.bindings VALUES ('p1', 'h1'), ('p1', 'h2'), ('p2', 'h1')",
        "CREATE TABLE c.trusted (port VARCHAR(36) NOT NULL PRIMARY KEY)"},
       "INSERT INTO trusted (port) VALUES ('p1'), ('p2'), ('p1')",
       "duplicate-entry",
       "c.bindings",
       2,
       false,
       "should be kept"},
  };
}

void expect_told_and_mended(const Rule& rule, Sql* sql, Sql* operator_sql) {
  for (const char* const start :
       {"DROP DATABASE IF EXISTS c", "CREATE DATABASE c CHARACTER SET utf8mb3", "USE c",
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(40), deleted INT DEFAULT 0, created_at DATETIME)"}) {
    ASSERT_TRUE(sql->execute(start)) << start;
  }
  for (const std::string& statement : rule.before) {
    const auto done = sql->execute(statement);
    ASSERT_TRUE(done) << statement << to_text(done.error());
  }
  ASSERT_TRUE(sql->execute("SET sql_mode = 'TRADITIONAL'"));
  ASSERT_FALSE(sql->execute(rule.statement)) << "the server does not refuse it";

  StepTrace trace;
  LoggedStatement logged;
  for (const std::string& statement : {std::string("SELECT port, host FROM bindings"), rule.statement}) {
    logged.sql = statement;
    trace.take(logged);
  }
  const std::string message = sql->last_message();
  const Finding finding =
      diagnosed_refusal(*sql, *sql, rule.statement, trace, rule.statement.starts_with("INSERT") ? "c.trusted" : "");
  SCOPED_TRACE(message + "\n" + finding.title + "\n" + finding.detail);
  EXPECT_EQ(finding.code, rule.code);
  EXPECT_EQ(finding.table, rule.table);
  EXPECT_EQ(finding.row_count.value_or(-1), rule.rows);
  ASSERT_TRUE(finding.fix);
  EXPECT_NE(finding.fix->decision.find(rule.decision), std::string::npos) << finding.fix->decision;
  EXPECT_EQ(!finding.fix->sql.empty(), rule.fix) << finding.fix->sql;
  if (rule.fix) {
    ASSERT_TRUE(operator_sql->execute("SET sql_mode = 'TRADITIONAL'"));
    expect_passes_with_fix(finding, rule.statement, *operator_sql);
  }
}

class Rules : public ServerTest {};

TEST_F(Rules, AreToldAndMended) {
  const auto sql = server_->sql();
  for (const Rule& rule : rules()) {
    SCOPED_TRACE(rule.name);
    ASSERT_TRUE(sql->execute("SET sql_mode = DEFAULT"));
    expect_told_and_mended(rule, sql.get(), server_->sql().get());
  }
}

}  // namespace
}  // namespace rehearsal
