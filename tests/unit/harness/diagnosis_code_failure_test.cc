// A step that failed in its own code is told by what it read last.
#include <string>
#include <vector>

#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "harness/diagnosis/code_failure.h"
#include "harness/diagnosis/diagnose.h"

namespace rehearsal {
namespace {

ErrorText raised(const std::string& exception) {
  ErrorText error;
  error.exception = error.telling = exception;
  return error;
}

TEST(CodeFailure, IsNotWhatTheEnvironmentLacks) {
  Finding finding;
  finding.code = "step-failed";
  EXPECT_TRUE(is_code_failure(raised("KeyError: 'trusted'"), finding));
  EXPECT_TRUE(
      is_code_failure(raised("json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"), finding));
  EXPECT_FALSE(is_code_failure(raised("ModuleNotFoundError: No module named 'x'"), finding));
  EXPECT_FALSE(is_code_failure(raised("alembic.util.exc.CommandError: Can't locate revision"), finding));
  finding.code = "guard";
  EXPECT_FALSE(is_code_failure(raised("KeyError: 'trusted'"), finding));
}

TEST(UnknownRevision, IsReadFromTheToolsWords) {
  EXPECT_EQ(
      unknown_revision(raised("alembic.util.exc.CommandError: Can't locate revision identified by '9a8b7c6d5e4f'")),
      "9a8b7c6d5e4f");
  EXPECT_EQ(unknown_revision(raised("alembic.util.exc.CommandError: No such revision or branch '27e8'")), "27e8");
  EXPECT_EQ(unknown_revision(raised("KeyError: 'x'")), "");
}

class CodeFailures : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (!server_) {
      return;
    }
    sql_ = server_->sql();
    run({"DROP DATABASE IF EXISTS c", "CREATE DATABASE c", "USE c",
         "CREATE TABLE bindings (id INT PRIMARY KEY, host VARCHAR(36), profile TEXT, made DATETIME)",
         "CREATE TABLE alembic_version (version_num VARCHAR(32))", "INSERT INTO alembic_version VALUES ('9a8b')"});
    for (int id = 1; id <= 38; ++id) {
      run({"INSERT INTO bindings VALUES (" + std::to_string(id) + ", 'h', '{\"slot\": " + std::to_string(id) +
           "}', NOW())"});
    }
    run(
        {"INSERT INTO bindings VALUES (101, 'h', 'null', NOW()), (102, 'h', '[1]', NOW()), (103, NULL, '{\"s\": 1}', "
         "NULL), (104, 'h', 'cut {', NOW())"});
  }
  void run(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) {
      const auto done = sql_->execute(statement);
      ASSERT_TRUE(done) << statement << to_text(done.error());
    }
  }
  Finding told(const std::string& exception) {
    StepTrace trace;
    LoggedStatement logged;
    for (const char* const statement :
         {"SELECT bindings.id, bindings.host, bindings.profile FROM bindings",
          "SELECT alembic_version.version_num FROM alembic_version", "UPDATE bindings SET host = 'h' WHERE id = 1"}) {
      logged.sql = statement;
      trace.take(logged);
    }
    PlanStep step;
    step.schemas = {"c"};
    const ReferenceTable unknown = [](const std::string&, const std::string&) { return std::vector<std::string>(); };
    Finding finding;
    finding.code = "step-failed";
    const auto done =
        diagnose(*sql_, {step, raised(exception), trace, unknown, nullptr, "rehearse shell R --at S"}, finding);
    EXPECT_TRUE(done) << to_text(done.error());
    return finding;
  }

  std::unique_ptr<Sql> sql_;
};

TEST_F(CodeFailures, AreToldByWhatWasReadLastAndTheRowsThatStandOut) {
  struct Expected {
    const char *exception, *id, *words;
  };
  for (const Expected& one :
       {Expected{"AttributeError: 'list' object has no attribute 'pop'", "102", "list in profile"},
        Expected{"AttributeError: 'NoneType' object has no attribute 'pop'", "101", "null in profile"},
        Expected{"json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)", "104",
                 "not JSON in profile"},
        Expected{"KeyError: 'slot'", "103", "object without slot in profile"}}) {
    const Finding finding = told(one.exception);
    EXPECT_EQ(finding.table, "c.bindings");
    EXPECT_EQ(finding.columns, (std::vector<std::string>{"profile", "id", "host"}));
    EXPECT_EQ(finding.row_count, 1) << finding.title;
    ASSERT_EQ(finding.rows.size(), 1U) << finding.title;
    EXPECT_EQ(finding.rows.front().at("id"), one.id) << finding.title;
    EXPECT_NE(finding.title.find(one.words), std::string::npos) << finding.title;
    EXPECT_NE(finding.detail.find("list 1"), std::string::npos) << finding.detail;
    EXPECT_NE(finding.detail.find("host: text 41, NULL 1"), std::string::npos) << finding.detail;
    EXPECT_NE(finding.detail.find("rehearse shell R --at S"), std::string::npos) << finding.detail;
    EXPECT_NE(finding.fix->decision, "");
  }
}

TEST_F(CodeFailures, WithoutAHintNameTheRarestKind) {
  run({"DELETE FROM bindings WHERE id IN (101, 103, 104)"});
  const Finding finding = told("RuntimeError: cannot go on");
  EXPECT_NE(finding.detail.find("profile: object 38, list 1"), std::string::npos) << finding.detail;
  EXPECT_EQ(finding.row_count, 1);
}

TEST_F(CodeFailures, KeepTheRevisionThatTheToolDoesNotKnow) {
  const Finding finding = told("alembic.util.exc.CommandError: Can't locate revision identified by '9a8b'");
  EXPECT_EQ(finding.revision, "9a8b");
  EXPECT_EQ(finding.table, "c.alembic_version");
  EXPECT_NE(finding.title.find("9a8b"), std::string::npos) << finding.title;
}

TEST_F(CodeFailures, OfOurOwnQueriesSayWhatWasAskedAndKeepTheFinding) {
  // What was read last is a view in the name of nobody, so that our count fails.
  run({"CREATE DEFINER = 'gone'@'localhost' VIEW v AS SELECT id, host FROM bindings"});
  StepTrace trace;
  LoggedStatement logged;
  logged.sql = "SELECT v.id, v.host FROM v";
  trace.take(logged);
  PlanStep step;
  step.schemas = {"c"};
  const ReferenceTable unknown = [](const std::string&, const std::string&) { return std::vector<std::string>(); };
  Finding finding;
  finding.code = "step-failed";
  finding.title = "the step stops with KeyError";
  const auto done = diagnose(*sql_, {step, raised("KeyError: 'x'"), trace, unknown, nullptr, ""}, finding);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("read last"), std::string::npos) << done.error().what;
  EXPECT_NE(done.error().where.find("the server says"), std::string::npos) << done.error().where;
  EXPECT_EQ(finding.title, "the step stops with KeyError");
}

}  // namespace
}  // namespace rehearsal
