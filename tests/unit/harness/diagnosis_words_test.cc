#include <gtest/gtest.h>

#include "harness/diagnosis/words.h"

namespace rehearsal {
namespace {

std::string words(Demand::Kind kind, const std::vector<std::string>& upstream) {
  TableFacts facts;
  facts.schema = "s";
  Demand demand;
  demand.kind = kind;
  demand.table = "subnets";
  demand.name = "in_use";
  return words_for(demand, Offenders{}, facts, upstream);
}

TEST(DiagnosisWords, SayOfUpstreamOnlyWhatIsKnown) {
  using Kind = Demand::Kind;
  EXPECT_EQ(words(Kind::present_column, {"`id` int(11) NOT NULL", "`in_use` tinyint(1)"}),
            "s.subnets has no column in_use, which upstream's has");
  EXPECT_EQ(words(Kind::present_column, {"`id` int(11) NOT NULL", "`in_use_too` tinyint(1)"}),
            "s.subnets has no column in_use, which the step names; upstream's has none either");
  EXPECT_EQ(words(Kind::present_column, {}), "s.subnets has no column in_use, which the step names");
  EXPECT_EQ(words(Kind::present_table, {"`id` int(11)"}), "There is no table s.subnets, which upstream has");
  EXPECT_EQ(words(Kind::present_table, {}), "There is no table s.subnets, which the step names");
}

}  // namespace
}  // namespace rehearsal
