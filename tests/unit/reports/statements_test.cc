#include "reports/statements.h"

#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(Statements, TheSlowestComeFirstAndTheTrivialNotAtAll) {
  RunRecord run;
  run.steps.resize(2);
  run.steps[0].statements = {{"quick", "s.t", 0.001, "INSTANT", 0, {}, {}}, {"slow", "s.t", 0.5, "", 0, {}, {}}};
  run.steps[1].statements = {{"slower", "s.u", 1, "INPLACE", 0, 0.2, {}},
                             {"copy", "s.v", 0.002, "COPY", 7, {}, {}},
                             {"waited for", "s.w", 0.01, "", 0, 0.3, {}}};
  std::vector<std::string> told;
  for (const ToldStatement& one : told_statements(run)) {
    told.push_back(one.statement->sql);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"slower", "slow", "waited for", "copy"}));
  EXPECT_EQ(told_statements(run).front().step, &run.steps[1]);
  ASSERT_NE(longest_wait(run), nullptr);
  EXPECT_EQ(longest_wait(run)->table, "s.w");
  EXPECT_EQ(longest_wait(RunRecord()), nullptr);
}

TEST(Statements, ShortTimesAreInMilliseconds) {
  EXPECT_EQ(wait_text({}), "–");
  EXPECT_EQ(wait_text(0.0068), "7 ms");
  EXPECT_EQ(wait_text(0), "0 ms");
  EXPECT_EQ(wait_text(0.42), "0.4 s");
  EXPECT_EQ(wait_text(185), "3 min 05 s");
}

}  // namespace
}  // namespace rehearsal
