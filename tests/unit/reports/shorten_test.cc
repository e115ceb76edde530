#include "reports/mask/shorten.h"

#include <gtest/gtest.h>

#include "reports/json.h"

namespace rehearsal {
namespace {

TEST(Shorten, TellsHowMuchIsLeftOut) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcdef", 3), "abc… (3 more bytes)");
  EXPECT_EQ(with_short_lines("abcdef\ngh\n", 3), "abc… (3 more bytes)\ngh\n");
}

TEST(Shorten, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("ab\xC3\xA9z", 3), "ab… (3 more bytes)");
}

// Every text that a step or a finding can hold is as long as a line of 5 MB.
TEST(Shorten, AReportStaysSmallWhateverAStepPrints) {
  const std::string flood(5'000'000, 'x');
  RunRecord record;
  StepRecord step;
  step.output_tail = flood + "\n" + flood;
  step.reason = flood;
  step.schema = {{"s.t", "altered", std::vector<std::string>(2000, flood.substr(0, 5000))}};
  step.checks = {{"check", "Failure", flood}};
  record.steps = {step};
  Finding finding;
  finding.title = finding.detail = finding.error = finding.statement = flood;
  record.findings = {finding};
  shorten(record);
  EXPECT_LT(report_json_text(record).size(), 200'000U);
}

}  // namespace
}  // namespace rehearsal
