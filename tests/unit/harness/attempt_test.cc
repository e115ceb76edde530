// In which order an attempt asks, and what it makes of the answers.
#include "harness/lane/attempt.h"

#include <algorithm>

#include "fakes/fake_site.h"
#include "fakes/online_pattern.h"
#include <gtest/gtest.h>

#include "harness/step/online_output.h"

namespace rehearsal {
namespace {

using Calls = std::vector<std::string>;

class AttemptTest : public testing::Test {
 protected:
  AttemptTest() {
    service_.name = "blue";
    service_.online = online_pattern();
    step_.id = "blue:2:sync";
    step_.service = "blue";
    step_.release = "2";
    step_.phase = Phase::sync;
    site_.outcome.output = "all is well\n";
  }

  [[nodiscard]] OnlineProgress progress(const char* output) const {
    OnlineProgress result;
    result.add(read_online_output(output, *service_.online).value());
    return result;
  }

  void make_online() {
    step_.phase = Phase::online;
    site_.outcome.invocations = 1;
    site_.outcome.seconds = 10;
  }

  Result<Attempt> attempted() { return attempt(step_, service_, lane_, "/run/blue", site_); }

  [[nodiscard]] static const Finding* find(const Attempt& attempt, const std::string& code) {
    const auto& findings = attempt.judgement.findings;
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return f.code == code; });
    return found == findings.end() ? nullptr : &*found;
  }

  PlanStep step_;
  Service service_;
  Lane lane_;
  FakeSite site_;
};

TEST_F(AttemptTest, AStepThatPassesIsWatchedFromBeforeItBeginsAndNamedAtTheEnd) {
  const auto attempt = attempted();
  ASSERT_TRUE(attempt);
  EXPECT_EQ(site_.calls, (Calls{"begin", "execute", "look", "remainders", "name_rows", "statements"}));
  EXPECT_EQ(attempt->judgement.record.status, StepStatus::passed);
  EXPECT_FALSE(attempt->judgement.stops_lane);
  EXPECT_EQ(attempt->judgement.record.output_file, "/run/blue/output.txt");
  EXPECT_EQ(attempt->output, "all is well\n");
  EXPECT_EQ(site_.named_from, "all is well\n");
  EXPECT_EQ(attempt->watching_seconds, 1.5);
}

TEST_F(AttemptTest, AStepThatFailsIsLookedAtAllTheSame) {
  site_.outcome.exit_status = 1;
  site_.outcome.meaning = ExitMeaning::failed;
  site_.outcome.output = "ERROR 1062 (23000): Duplicate entry 'x' for key 'uniq'\n";
  SchemaChange half;
  half.object = "blue.half";
  half.kind = "created";
  site_.effects.schema = {half};
  LoggedStatement statement;
  statement.sql = "ALTER TABLE half ADD UNIQUE (a)";
  site_.trace.take(statement);
  const auto attempt = attempted();
  ASSERT_TRUE(attempt);
  EXPECT_EQ(site_.calls, (Calls{"begin", "execute", "look", "remainders", "name_rows", "statements"}));
  EXPECT_TRUE(attempt->judgement.stops_lane);
  ASSERT_EQ(attempt->judgement.record.schema.size(), 1U);
  EXPECT_EQ(attempt->judgement.record.schema.front().object, "blue.half");
  EXPECT_EQ(attempt->trace.schema_statements(), (Calls{"ALTER TABLE half ADD UNIQUE (a)"}));
  EXPECT_GE(site_.findings_to_name, 1U);
}

TEST_F(AttemptTest, WhatIsInDoubtIsProvenOnACopyBeforeItIsJudged) {
  make_online();
  site_.outcome.online = progress("50 rows matched query fill, 0 migrated\n");
  site_.outcome.in_doubt = true;
  site_.proof = progress("57 rows matched query fill, 7 migrated\n");
  const auto attempt = attempted();
  ASSERT_TRUE(attempt);
  EXPECT_EQ(site_.calls, (Calls{"begin", "execute", "prove", "look", "remainders", "name_rows", "statements"}));
  ASSERT_NE(find(*attempt, "online-left-waiting"), nullptr);
  EXPECT_EQ(find(*attempt, "online-left-waiting")->row_count, 7);
  EXPECT_TRUE(attempt->judgement.stops_lane);
}

TEST_F(AttemptTest, WhatTheCatalogueExpectsToRemainIsCountedAndNoFinding) {
  make_online();
  site_.outcome.online = progress("3 rows matched query fill, 0 migrated\n");
  ExpectedRemainder expected;
  expected.migration = "fill";
  expected.rows = 2;
  site_.expected = {expected};
  auto attempt = attempted();
  ASSERT_TRUE(attempt);
  ASSERT_NE(find(*attempt, "online-remaining"), nullptr);
  EXPECT_EQ(find(*attempt, "online-remaining")->row_count, 1);
  site_.expected.front().rows = 3;
  attempt = attempted();
  ASSERT_TRUE(attempt);
  EXPECT_EQ(find(*attempt, "online-remaining"), nullptr);
  EXPECT_FALSE(attempt->judgement.stops_lane);
}

TEST_F(AttemptTest, ASampleIsProjectedWithTheRowsThatRemain) {
  make_online();
  site_.outcome.online = progress("100 rows matched query fill, 100 migrated\n");
  site_.outcome.sampled = true;
  site_.to_do = 900;
  const auto attempt = attempted();
  ASSERT_TRUE(attempt);
  EXPECT_EQ(site_.calls, (Calls{"begin", "execute", "look", "remainders", "rows_to_do", "name_rows", "statements"}));
  ASSERT_NE(find(*attempt, "online-sampled"), nullptr);
  EXPECT_NE(find(*attempt, "online-sampled")->title.find("1 min 30 s to zero"), std::string::npos)
      << find(*attempt, "online-sampled")->title;
  EXPECT_TRUE(attempt->judgement.ends_lane);
}

TEST_F(AttemptTest, ACopyThatBlocksIsFoundAmongTheStatements) {
  StatementRecord copy;
  copy.sql = "ALTER TABLE `t` MODIFY a int";
  copy.table = "blue.t";
  copy.algorithm = "COPY";
  copy.rows = 5'000'000;
  copy.seconds = 60;
  site_.records = {copy};
  const auto attempt = attempted();
  ASSERT_TRUE(attempt);
  ASSERT_EQ(attempt->judgement.record.statements.size(), 1U);
  ASSERT_NE(find(*attempt, "blocking-copy"), nullptr);
  EXPECT_EQ(find(*attempt, "blocking-copy")->severity, Severity::warning);
}

// Whichever call breaks: its error comes out, and nothing is asked after it.
TEST_F(AttemptTest, NothingIsAskedAfterACallThatBroke) {
  make_online();
  site_.outcome.online = progress("100 rows matched query fill, 100 migrated\n");
  site_.outcome.sampled = true;
  site_.outcome.in_doubt = true;
  ASSERT_TRUE(attempted());
  const Calls all = std::exchange(site_.calls, {});
  ASSERT_EQ(all.size(), 8U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    site_.calls.clear();
    site_.breaks = all[i];
    const auto attempt = attempted();
    ASSERT_FALSE(attempt) << all[i];
    EXPECT_EQ(attempt.error().what, "broken: " + all[i]);
    EXPECT_EQ(site_.calls, Calls(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i) + 1));
  }
}

}  // namespace
}  // namespace rehearsal
