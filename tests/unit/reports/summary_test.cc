#include "reports/summary.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

TEST(Summary, VerdictIsFirstAndLastAndTheFailureIsBetween) {
  const std::string text = summary_text(sample::broken(), {100, false, "/tmp/out/report.html"});
  const auto lines = lines_of(text);
  EXPECT_EQ(lines.front().substr(0, 5), "NO-GO");
  EXPECT_EQ(lines.front(), lines.back());
  EXPECT_LE(lines.size(), 45U);
  for (const char* part : {"9ab1b092a404", "fix (tried: passes)", "✗ cinder", "✓ glance", "Data truncated",
                           "Service User Token", "10.6.16 in production", "/tmp/out/report.html"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(summary_text(sample::broken(), {100, true, ""}).find("\x1b[1;31mNO-GO"), std::string::npos);
}

TEST(Summary, SubjectIsOneLine) {
  const std::string subject = summary_subject(sample::broken());
  EXPECT_EQ(subject.find('\n'), std::string::npos);
  EXPECT_EQ(subject.substr(0, 5), "NO-GO");
}

}  // namespace
}  // namespace rehearsal
