// Rows of one table that a migration copies into another: all that collide are counted, and told apart.
#include <string>
#include <vector>

#include "unit/harness/diagnosed_refusal.h"
#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "harness/diagnosis/row_filter.h"
#include "harness/diagnosis/table_read.h"
#include "harness/diagnosis/told_apart.h"

namespace rehearsal {
namespace {

TEST(TableRead, TellsTableColumnsAndCondition) {
  const auto plain = parse_table_read(
      "SELECT ml2.port_id AS ml2_port_id, ml2.profile AS ml2_profile, count(*) AS n\nFROM ml2 \nWHERE ml2.host != '' "
      "ORDER BY ml2.port_id LIMIT 50");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->table, "ml2");
  EXPECT_EQ(plain->columns, (std::vector<std::string>{"port_id", "profile", ""}));
  EXPECT_EQ(plain->named_columns(), (std::vector<std::string>{"port_id", "profile"}));
  EXPECT_EQ(plain->from, "FROM ml2 \nWHERE ml2.host != ''");
  EXPECT_TRUE(plain->has_condition);
  const auto joined = parse_table_read("SELECT a.x, b.y, `a`.`z` FROM s.a AS a LEFT OUTER JOIN b ON b.id = a.id");
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->schema, "s");
  EXPECT_FALSE(joined->alone);
  EXPECT_EQ(joined->columns, (std::vector<std::string>{"x", "", "z"}));
  EXPECT_EQ(joined->from, "");
  EXPECT_TRUE(parse_table_read("SELECT * FROM t")->all_columns);
  EXPECT_FALSE(parse_table_read("SELECT 1"));
  EXPECT_FALSE(parse_table_read("SELECT x FROM (SELECT 1 x) d"));
  EXPECT_FALSE(parse_table_read("INSERT INTO t SELECT * FROM u"));
}

TEST(StepTrace, KeepsTheLatestReadOfEachKindHoweverMuchFollows) {
  StepTrace trace;
  LoggedStatement logged;
  const auto take = [&](const std::string& sql) {
    logged.sql = sql;
    trace.take(logged);
  };
  take("SELECT a FROM source");
  take("SELECT id FROM other WHERE id = 1");
  for (int i = 0; i < 300; ++i) {
    take("INSERT INTO target VALUES ('" + std::string(100000, 'x') + "')");
    take("SELECT id FROM other WHERE name = 'it''s " + std::to_string(i) + "'");
  }
  const std::vector<std::string> reads = trace.reads();
  ASSERT_EQ(reads.size(), 3U);
  EXPECT_EQ(reads[0], "SELECT id FROM other WHERE name = 'it''s 299'");
  EXPECT_EQ(reads[2], "SELECT a FROM source");
}

TEST(RowFilters, SayWhatTheCodeTakes) {
  const std::vector<ReadRow> rows = {{{R"({"slot": 1})", "a"}, false},
                                     {{"", "a"}, false},
                                     {{R"({"slot": 2, "trusted": "true"})", "a"}, true},
                                     {{std::nullopt, "a"}, false},
                                     {{R"({"trusted": null})", "a"}, false}};
  const std::vector<RowFilter> filters = learn_filters({"profile", "host"}, rows);
  ASSERT_FALSE(filters.empty());
  EXPECT_EQ(filters.front().words, "that have trusted in profile");
  for (const RowFilter& filter : filters) {
    EXPECT_EQ(filter.words.find("slot"), std::string::npos);
    EXPECT_EQ(filter.words.find("host"), std::string::npos);
  }
  EXPECT_TRUE(learn_filters({"profile"}, {{{"x"}, true}}).empty()) << "nothing was passed over";
}

class CopiedRows : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (!server_) {
      return;
    }
    sql_ = server_->sql();
    run({"DROP DATABASE IF EXISTS c", "CREATE DATABASE c", "USE c",
         "CREATE TABLE bindings (port VARCHAR(36), host VARCHAR(36), status VARCHAR(16), profile VARCHAR(4095),"
         " PRIMARY KEY (port, host))",
         "CREATE TABLE trusted (port VARCHAR(36) NOT NULL PRIMARY KEY, trusted BOOL)"});
    // p1, p2 and p5 collide; p3 has a second row without the mark, p4 one with it.
    for (const char* const row :
         {"'p0', 'h1', 'ACTIVE', ''", "'p1', 'h1', 'ACTIVE', '{\"trusted\": \"true\"}'",
          "'p1', 'h2', 'INACTIVE', '{\"trusted\": \"true\"}'", "'p2', 'h1', 'ACTIVE', '{\"trusted\": \"true\"}'",
          "'p2', 'h3', 'INACTIVE', '{\"trusted\": \"true\"}'", "'p3', 'h1', 'ACTIVE', '{\"slot\": 2}'",
          "'p3', 'h2', 'ACTIVE', '{\"slot\": 2}'", "'p4', 'h1', 'ACTIVE', '{\"trusted\": \"true\"}'",
          "'p5', 'h1', 'ACTIVE', '{\"trusted\": \"true\"}'", "'p5', 'h2', 'ACTIVE', '{\"trusted\": \"true\"}'",
          "'p5', 'h3', 'ACTIVE', ''"}) {
      run({std::string("INSERT INTO bindings VALUES (") + row + ")"});
    }
  }
  void run(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) {
      const auto done = sql_->execute(statement);
      ASSERT_TRUE(done) << statement << to_text(done.error());
    }
  }
  // The step sends these; the last is refused, and what it inserted is rolled back.
  Finding told(const std::vector<std::string>& statements) {
    StepTrace trace;
    LoggedStatement logged;
    run({"START TRANSACTION"});
    for (const std::string& statement : statements) {
      logged.sql = statement;
      trace.take(logged);
      if (&statement != &statements.back()) {
        run({statement});
      }
    }
    EXPECT_FALSE(sql_->execute(statements.back())) << "not refused";
    const Finding finding = diagnosed_refusal(*sql_, *server_->sql(), statements.back(), trace, "c.trusted");
    run({"ROLLBACK"});
    return finding;
  }

  std::unique_ptr<Sql> sql_;
};

TEST_F(CopiedRows, AreAllThatCollideNotTheFirstThatDid) {
  const Finding finding = told({"SELECT bindings.port, bindings.profile FROM bindings",
                                "INSERT INTO trusted (port, trusted) VALUES ('p1', 1)",
                                "INSERT INTO trusted (port, trusted) VALUES ('p1', 1)"});
  EXPECT_EQ(finding.table, "c.bindings");
  EXPECT_EQ(finding.columns, std::vector<std::string>{"port"});
  EXPECT_EQ(finding.row_count, 6) << finding.title << finding.detail;
  EXPECT_NE(finding.title.find("that have trusted in profile share 3 values of port"), std::string::npos)
      << finding.title;
  ASSERT_EQ(finding.rows.size(), 6U);
  EXPECT_TRUE(finding.rows.front().contains("status")) << "the column in which they differ";
  EXPECT_FALSE(finding.rows.front().contains("profile")) << "they do not differ in it";
  EXPECT_NE(finding.rows[0].at("status"), finding.rows[1].at("status"));
  EXPECT_EQ(finding.rows[0].at("status").find("ACTIVE"), std::string::npos) << "masked";
  EXPECT_NE(finding.detail.find(": SELECT o.`port`"), std::string::npos) << finding.detail;
  EXPECT_NE(finding.detail.find("rehearse shell R --at S < query.sql"), std::string::npos) << finding.detail;
  // The query is one to be run as it is.
  const std::size_t begin = finding.detail.find("SELECT");
  const auto rows = server_->sql()->query(finding.detail.substr(begin, finding.detail.find(';', begin) - begin));
  ASSERT_TRUE(rows) << to_text(rows.error());
  EXPECT_EQ(rows->size(), 6U);
}

TEST_F(CopiedRows, AreThoseThatTheStatementItselfChose) {
  const Finding finding =
      told({"INSERT INTO trusted (trusted, port) SELECT 1, port FROM bindings WHERE status = 'ACTIVE' "
            "ORDER BY port"});
  EXPECT_EQ(finding.row_count, 5) << finding.title << finding.detail;  // p3 twice and p5 three times
}

TEST_F(CopiedRows, AreFoundUnderAnotherName) {
  run({"ALTER TABLE bindings CHANGE port id VARCHAR(36)"});
  const Finding finding =
      told({"SELECT * FROM bindings", "INSERT INTO trusted (port, trusted) VALUES ('p5', 1), ('p5', 1), ('p5', 1)"});
  EXPECT_EQ(finding.columns, std::vector<std::string>{"id"});
  EXPECT_EQ(finding.row_count, 9) << finding.title;
}

TEST_F(CopiedRows, OfAUniqueIndexAreToldApartToo) {
  const std::string statement = "ALTER TABLE bindings ADD UNIQUE u (host, profile)";
  EXPECT_FALSE(sql_->execute(statement));
  const Finding finding = diagnosed_refusal(*sql_, *server_->sql(), statement);
  ASSERT_FALSE(finding.rows.empty());
  for (const char* const column : {"port", "host", "profile"}) {
    EXPECT_TRUE(finding.rows.front().contains(column)) << column;
  }
}

}  // namespace
}  // namespace rehearsal
