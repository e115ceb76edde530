#include "reports/prometheus.h"

#include <algorithm>
#include <set>

#include "sample.h"
#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  const auto lines = lines_of(text);
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

TEST(Prometheus, AFailedRunInNumbers) {
  const std::string text = to_prometheus(sample::broken());
  for (const char* line :
       {"# TYPE rehearsal_verdict gauge", "rehearsal_verdict{verdict=\"NO-GO\"} 1",
        "rehearsal_verdict{verdict=\"GO\"} 0", "rehearsal_run_seconds 78.4", "rehearsal_snapshot_rows 48211",
        "rehearsal_finished_timestamp_seconds 1795421820", "rehearsal_restore_proven 1",
        "rehearsal_step_seconds{step=\"cinder:2024.1:sync\",service=\"cinder\",release=\"2024.1\",phase=\"sync\","
        "part=\"\"} 7.7",
        "rehearsal_step_status{step=\"cinder:2024.1:sync\",service=\"cinder\",release=\"2024.1\",phase=\"sync\","
        "part=\"\",status=\"failed\"} 1",
        "rehearsal_findings{severity=\"blocker\",code=\"null-in-not-null\",service=\"cinder\"} 1",
        "rehearsal_gate{gate=\"steps-passed\",service=\"cinder\"} 0",
        "rehearsal_remaining_rows{step=\"cinder:2023.1:online-before\",service=\"cinder\","
        "migration=\"volume_use_quota_online_data_migration\"} 0"}) {
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  }
  EXPECT_EQ(text.find("rehearsal_gate{gate=\"online-complete\""), std::string::npos) << "it was not checked";
  EXPECT_EQ(text.find("rehearsal_step_seconds{step=\"cinder:2024.1:online\""), std::string::npos) << "it did not run";
}

TEST(Prometheus, WhatAHealthyCloudKeepsIsNotRemaining) {
  RunRecord run = sample::healthy();
  run.steps[3].migrations = {{"marker", 1, 0, 1, 1}, {"stuck", 9, 4, 5, 1}};
  const std::string text = to_prometheus(run);
  EXPECT_NE(text.find("migration=\"marker\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("migration=\"stuck\"} 4\n"), std::string::npos);
}

TEST(Prometheus, LabelsAreEscapedAndNoSeriesIsToldTwice) {
  RunRecord run = sample::broken();
  run.engine = "a\"b\\c\nd";
  run.findings.push_back(run.findings[0]);
  run.gates.push_back(run.gates[0]);
  const std::string text = to_prometheus(run);
  EXPECT_NE(text.find("engine=\"a\\\"b\\\\c\\nd\""), std::string::npos);
  EXPECT_NE(text.find("service=\"cinder\"} 2\n"), std::string::npos);
  std::set<std::string> series;
  for (const std::string& line : lines_of(text)) {
    EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second || line[0] == '#') << line;
  }
}

TEST(Prometheus, ATimeThatIsNoneIsLeftOut) {
  RunRecord run = sample::healthy();
  for (const char* time : {"", "yesterday", "2026-13-40T00:00:00Z"}) {
    run.finished = time;
    EXPECT_EQ(to_prometheus(run).find("rehearsal_finished_timestamp_seconds"), std::string::npos) << time;
  }
}

}  // namespace
}  // namespace rehearsal
