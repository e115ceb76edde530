#include "unit/snapshots/server_fixture.h"
#include <gtest/gtest.h>

#include "harness/run/assertions.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

Lane lane_of(const std::string& service, const std::map<std::string, std::string>& schemas) {
  Lane lane;
  lane.service = service;
  lane.schemas = schemas;
  return lane;
}

const std::vector<Lane> kLanes = {lane_of("vm", {{"api", "vm_api"}, {"cell1", "vm"}}),
                                  lane_of("disk", {{"db", "disk"}})};
const std::set<std::string> kSchemas = {"vm", "vm_api", "disk", "other"};

const Assertion kLive = {"live vms", "SELECT COUNT(*) FROM vm.instances WHERE deleted = 0", std::nullopt};

Answers answers(const std::string& text) {
  return {{"assert:live vms", {text, ""}}};
}

LaneOutcome outcome_of(const Answers& before, const Answers& after) {
  LaneOutcome outcome;
  outcome.before = before;
  outcome.after = after;
  return outcome;
}

std::vector<Finding> findings_of(const Assertion& assertion, const LaneOutcome& outcome) {
  const std::vector<AssertionPlace> places = place_assertions({assertion}, kLanes, kSchemas);
  return assertion_findings({assertion}, places, kLanes, {outcome, LaneOutcome{}});
}

TEST(Assertions, AreAskedWhereTheirSchemasAre) {
  const std::vector<Assertion> all = {
      kLive,
      {"quoted", "SELECT COUNT(*) FROM `disk` . `volumes` v WHERE v.name <> 'vm.instances' -- vm.x", std::nullopt},
      {"one service", "SELECT COUNT(*) FROM vm.a JOIN vm_api.b USING (id)", std::nullopt},
      {"two services", "SELECT COUNT(*) FROM vm.a JOIN disk.b USING (id)", std::nullopt},
      {"no schema", "SELECT COUNT(*) FROM instances", std::nullopt},
      {"not rehearsed", "SELECT COUNT(*) FROM other.things", std::nullopt}};
  const std::vector<AssertionPlace> places = place_assertions(all, kLanes, kSchemas);
  EXPECT_EQ(places[0].lane, 0U);
  EXPECT_EQ(places[1].lane, 1U);
  EXPECT_EQ(places[2].lane, 0U);
  EXPECT_FALSE(places[3].lane);
  EXPECT_NE(places[3].refused.find("vm"), std::string::npos);
  EXPECT_NE(places[4].refused.find("schema.table"), std::string::npos);
  EXPECT_NE(places[5].refused.find("other is not rehearsed"), std::string::npos);
  EXPECT_EQ(assertion_questions(all, places, 0).size(), 2U);
}

TEST(Assertions, TheAnswerMustBeTheSame) {
  EXPECT_TRUE(findings_of(kLive, outcome_of(answers("12"), answers("12"))).empty());
  const std::vector<Finding> broken = findings_of(kLive, outcome_of(answers("12"), answers("11")));
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].code, "assertion-failed");
  EXPECT_EQ(broken[0].severity, Severity::blocker);
  EXPECT_EQ(broken[0].service, "vm");
  EXPECT_NE(broken[0].title.find("'live vms'"), std::string::npos);
  EXPECT_NE(broken[0].title.find("12, after it 11"), std::string::npos) << broken[0].title;
}

TEST(Assertions, OrTheOneGiven) {
  Assertion given = kLive;
  given.expected = "11";
  EXPECT_TRUE(findings_of(given, outcome_of(answers("12"), answers("11.00"))).empty());
  EXPECT_TRUE(findings_of(given, outcome_of({}, answers("11"))).empty());
  const std::vector<Finding> broken = findings_of(given, outcome_of(answers("11"), answers("12")));
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].code, "assertion-failed");
  EXPECT_NE(broken[0].title.find("is 12, not 11"), std::string::npos) << broken[0].title;
}

TEST(Assertions, WhatCouldNotBeAskedIsNamedAndIsNoGo) {
  const Answers refused = {{"assert:live vms", {std::nullopt, "Unknown column 'deleted' in 'where clause'"}}};
  for (const LaneOutcome& outcome : {outcome_of(answers("12"), refused), outcome_of(answers("12"), {}),
                                     outcome_of(refused, answers("12")), outcome_of({}, answers("12"))}) {
    const std::vector<Finding> found = findings_of(kLive, outcome);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, "assertion-not-asked");
    EXPECT_NE(found[0].title.find("live vms"), std::string::npos);
    RunRecord record;
    record.findings = found;
    add_assertion_gate(record, {kLive});
    ASSERT_EQ(record.gates.size(), 1U);
    EXPECT_EQ(record.gates[0].result, GateResult::not_run);
    EXPECT_TRUE(record.gates[0].mandatory);
    judge(record);
    EXPECT_EQ(record.verdict, Verdict::inconclusive);
  }
}

TEST(Assertions, TheirGateFailsForTheFinding) {
  RunRecord record;
  add_assertion_gate(record, {});
  EXPECT_TRUE(record.gates.empty());
  record.findings = findings_of(kLive, outcome_of(answers("12"), answers("11")));
  add_assertion_gate(record, {kLive});
  EXPECT_EQ(record.gates[0].result, GateResult::failed);
  EXPECT_EQ(record.gates[0].findings, std::vector<std::size_t>{0});
}

TEST(Assertions, AnswersAreMaskedWhereTheyMayBeAPersons) {
  EXPECT_EQ(told_answer("12"), "12");
  EXPECT_EQ(told_answer("-3.50\t\\N"), "-3.50, NULL");
  EXPECT_EQ(told_answer("alice"), "***");
  EXPECT_EQ(told_answer("a\nb\nc"), "3 rows");
  EXPECT_EQ(told_answer(""), "no row");
}

class Questions : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    root_ = server_->sql();
    for (const char* statement :
         {"CREATE OR REPLACE DATABASE vm_1", "CREATE TABLE vm_1.t (id INT PRIMARY KEY, name VARCHAR(9))",
          "INSERT INTO vm_1.t VALUES (2, 'b'), (1, NULL), (3, 'c\\td')", "CREATE OR REPLACE DATABASE vmx1",
          "CREATE TABLE vmx1.t (id INT)"}) {
      ASSERT_TRUE(root_->execute(statement)) << statement;
    }
    auto reader = connect_reader(*root_, server_->socket(), {"vm_1"});
    ASSERT_TRUE(reader) << to_text(reader.error());
    reader_ = std::move(*reader);
  }
  [[nodiscard]] Answer answer(const std::string& sql) {
    const auto asked = ask(*reader_, {{"q", sql}});
    EXPECT_TRUE(asked) << to_text(asked.error());
    return asked->at("q");
  }

  std::unique_ptr<Sql> root_, reader_;
};

TEST_F(Questions, AnswerInAnOrderOfTheirOwn) {
  EXPECT_EQ(answer("SELECT id, name FROM vm_1.t ORDER BY id DESC").text, "1\t\\N\n2\tb\n3\tc\\x09d");
  EXPECT_EQ(answer("SELECT COUNT(*) FROM vm_1.t;").text, "3");
}

TEST_F(Questions, CannotWriteWhateverTheySay) {
  for (const char* sql :
       {"DELETE FROM vm_1.t", "DROP TABLE vm_1.t", "CREATE TABLE vm_1.u (a INT)", "TRUNCATE vm_1.t",
        "SELECT id FROM vm_1.t WHERE id = 1 INTO OUTFILE '/tmp/rehearsal-never'", "SELECT * FROM vmx1.t"}) {
    const Answer refused = answer(sql);
    EXPECT_FALSE(refused.text) << sql;
    EXPECT_FALSE(refused.refused.empty()) << sql;
  }
  EXPECT_EQ(answer("SELECT COUNT(*) FROM vm_1.t").text, "3");
}

TEST_F(Questions, TooManyRowsAreNoAnswer) {
  const Answer refused =
      answer("SELECT seq.a FROM (SELECT 1 AS a FROM information_schema.COLLATIONS x, vm_1.t y, vm_1.t z) seq");
  EXPECT_FALSE(refused.text);
  EXPECT_NE(refused.refused.find("more than"), std::string::npos) << refused.refused;
  EXPECT_EQ(answer("SELECT 1").text, "1");
}

}  // namespace
}  // namespace rehearsal
