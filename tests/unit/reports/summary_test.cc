#include "reports/summary.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/wrap.h"

namespace rehearsal {
namespace {

// The text with every run of spaces and line ends as one space.
std::string on_one_line(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || (!out.empty() && out.back() != ' ')) {
      out += space ? ' ' : c;
    }
  }
  return out;
}

TEST(Summary, VerdictIsFirstAndLastAndTheFailureIsBetween) {
  const std::string text = summary_text(sample::broken(), {100, false, "/tmp/out/report.html"});
  const auto lines = lines_of(text);
  EXPECT_EQ(lines.front().substr(0, 5), "NO-GO");
  EXPECT_EQ(lines.front(), lines.back());
  EXPECT_LE(lines.size(), 45U);
  for (const char* part : {"9ab1b092a404", "fix (tried: passes (4.1 s)):", "✗ cinder", "✓ glance", "Data truncated",
                           "Service User Token: cinder", "10.6.16 in production", "/tmp/out/report.html"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(summary_text(sample::broken(), {100, true, ""}).find("\x1b[1;31mNO-GO"), std::string::npos);
}

TEST(Summary, OnANarrowTerminalLinesAreWrappedAndNothingIsLost) {
  const RunRecord run = sample::broken();
  const std::string wide = summary_text(run, {1000, false, ""});
  for (const std::size_t width : {60U, 80U, 100U, 140U}) {
    const std::string text = summary_text(run, {width, false, ""});
    EXPECT_EQ(on_one_line(text).find(run.findings[0].fix->sql) != std::string::npos, true) << text;
    for (const std::string& line : lines_of(text)) {
      EXPECT_LE(columns_of(line), std::max<std::size_t>(width, 66)) << line;
    }
    if (width > 66) {
      EXPECT_EQ(on_one_line(text), on_one_line(wide)) << "only line ends may differ";
    }
  }
}

TEST(Summary, AReasonThatABlockerTellsIsNotToldTwice) {
  const std::string text = on_one_line(summary_text(sample::broken()));
  const std::size_t first = text.find("rows hold NULL in use_quota");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("rows hold NULL in use_quota", first + 1), std::string::npos);
}

TEST(Summary, AGateThatFailedForOneServiceIsNotAmongThePassed) {
  RunRecord run = sample::broken();
  run.gates.push_back({GateId::steps_passed, "glance", GateResult::passed, "3 steps passed", true, false});
  const std::string text = on_one_line(summary_text(run));
  EXPECT_EQ(text.find("steps-passed", text.find("✓ passed:")), std::string::npos) << text;
}

TEST(Summary, OutputOfAStepCannotColourTheTerminal) {
  RunRecord run = sample::broken();
  run.steps[4].output_tail = "2026-11-23 20:33:16.684 2 ERROR cinder \x1b[31mData truncated\x1b[0m\n\x07\n\n";
  const std::string text = summary_text(run);
  EXPECT_NE(text.find("    | Data truncated\n"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
}

TEST(Summary, StepsOfAnEarlierRunAreToldApart) {
  RunRecord record = sample::broken();
  EXPECT_EQ(summary_text(record, {}).find("taken over"), std::string::npos);
  record.steps[0].taken_from = "20260101-000000-aaaa";
  EXPECT_NE(summary_text(record, {}).find("1 step taken over from run 20260101-000000-aaaa"), std::string::npos);
}

TEST(Summary, SubjectIsOneLine) {
  const std::string subject = summary_subject(sample::broken());
  EXPECT_EQ(subject.find('\n'), std::string::npos);
  EXPECT_EQ(subject.substr(0, 5), "NO-GO");
}

}  // namespace
}  // namespace rehearsal
