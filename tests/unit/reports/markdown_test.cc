#include "reports/markdown.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

TEST(Markdown, OneScreenTellsTheFailureAndItsFix) {
  const std::string text = to_markdown(sample::broken());
  EXPECT_LE(lines_of(text).size(), 60U);
  for (const char* part : {"# ✗ NO-GO · 2023.1 → 2024.1", "1 blocker in cinder", "**null-in-not-null**",
                           "(100 rows in cinder.volumes)", "Fix, tried: passes (4.1 s):",
                           "```sql\nUPDATE cinder.volumes SET use_quota=1 WHERE use_quota IS NULL AND deleted=1;\n```",
                           "| ✗ | cinder | 2023.1 | 1 | 1 | 1 | 17 s |", "| ✓ | glance |", "**steps-passed** of cinder",
                           "check \"Service User Token\" of cinder", "10.6.16 in production"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Markdown, AHealthyRunHasNoSectionOfWhatIsWrong) {
  RunRecord run = sample::healthy();
  judge(run);
  const std::string text = to_markdown(run);
  EXPECT_NE(text.find("# ✓ GO"), std::string::npos);
  EXPECT_NE(text.find("All gates passed"), std::string::npos);
  EXPECT_EQ(text.find("## Blockers"), std::string::npos);
  EXPECT_EQ(text.find("## Gates"), std::string::npos);
}

TEST(Markdown, WhatWasTakenOverAndResumedIsTold) {
  RunRecord record = sample::broken();
  record.steps[0].taken_from = "20260101-000000-aaaa";
  record.resumed = {"2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"};
  const std::string text = to_markdown(record);
  EXPECT_NE(text.find("1 step taken over from run `20260101-000000-aaaa`."), std::string::npos) << text;
  EXPECT_NE(text.find("since it was resumed 2026-01-03T00:00:00Z"), std::string::npos) << text;
}

TEST(Markdown, TimeAndLocksAreTold) {
  const std::string text = to_markdown(sample::healthy());
  EXPECT_NE(text.find("## Time and locks"), std::string::npos);
  EXPECT_NE(
      text.find("| `ALTER TABLE quotas CONVERT TO CHARACTER SET utf8mb4` | cinder.quotas | 2.4 s | COPY | 480,060 "
                "| 2.4 s | 65 ms |"),
      std::string::npos)
      << text;
}

TEST(Markdown, TextOfARecordIsNoMarkdown) {
  RunRecord run = sample::broken();
  run.findings[0].title = "a|b <img src=x> `c` *d* [e](f) snake_case _g_\n# h";
  run.findings[0].fix->sql = "SELECT 1;\n```\n# out of the block";
  const std::string text = to_markdown(run);
  EXPECT_NE(text.find("a\\|b &lt;img src=x&gt; \\`c\\` \\*d\\* \\[e\\](f) snake_case \\_g\\_ \\# h"), std::string::npos)
      << text;
  EXPECT_NE(text.find("````sql\nSELECT 1;\n```\n# out of the block\n````"), std::string::npos) << text;
}

TEST(Markdown, LongListsEndWithACount) {
  RunRecord run = sample::broken();
  for (int i = 0; i < 30; ++i) {
    run.findings.push_back(run.findings[0]);
    run.parity.push_back("difference " + std::to_string(i));
  }
  const std::string text = to_markdown(run);
  EXPECT_NE(text.find("And 27 more in report.json."), std::string::npos);
  EXPECT_NE(text.find("- and 24 more in report.json"), std::string::npos);
}

TEST(Markdown, RowsThatChangedAreListedNewOnesAreNot) {
  RunRecord run = sample::healthy();
  run.steps[4].tables = {{"cinder.volumes", 8, 5, 0, 2, 3, {{"zone", "null-to-value", 2}}},
                         {"cinder.fresh", 0, 4, 4, 0, 0, {}}};
  const std::string text = to_markdown(run);
  EXPECT_NE(text.find("cinder.volumes | 2 updated, 3 deleted | zone: NULL → value in 2 rows |"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("cinder.fresh"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
