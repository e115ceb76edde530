#include "reports/json.h"

#include "sample.h"
#include <gtest/gtest.h>

namespace rehearsal {
namespace {

TEST(ReportJson, EveryFieldSurvivesTheWayOutAndBack) {
  const RunRecord run = sample::broken();
  auto back = from_report_json(report_json_text(run));
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(report_json_text(*back), report_json_text(run));
  EXPECT_EQ(back->findings[0].fix->seconds, 4.1);
  EXPECT_EQ(back->steps[5].exit_status, std::nullopt);
  EXPECT_EQ(back->steps[0].tables[0].rows_before, std::nullopt);
  EXPECT_EQ(back->hops, run.hops);
  EXPECT_EQ(back->dumps[0].bytes, 48'211'000U);
  EXPECT_EQ(back->services[1].versions.at("2024.1"), "28.0.1");
  EXPECT_EQ(back->window_seconds, 14'400);
  EXPECT_EQ(back->state_dir, run.state_dir);
}

TEST(ReportJson, HasTheFieldsThatReadersRelyOn) {
  const auto json = to_report_json(sample::broken());
  EXPECT_EQ(json.begin().key(), "schema");
  EXPECT_EQ(json["schema"], "rehearsal-report/1");
  EXPECT_EQ(json["verdict"], "NO-GO");
  EXPECT_EQ(json["path"]["hops"][0]["to"], "2024.1");
  EXPECT_EQ(json["snapshot"]["rows"], 48'211);
  EXPECT_EQ(json["steps"][4]["status"], "failed");
  EXPECT_EQ(json["steps"][5]["status"], "not-run");
  EXPECT_TRUE(json["steps"][5]["exit_status"].is_null());
  EXPECT_EQ(json["steps"][4]["tables"][0]["table"], "cinder.quota_classes");
  EXPECT_EQ(json["findings"][0]["row_count"], 100);
  EXPECT_EQ(json["findings"][0]["fix"]["passes"], true);
  EXPECT_EQ(json["gates"][0]["result"], "passed");
}

TEST(ReportJson, UnknownFieldsAreIgnoredAndMissingOnesKeepTheirDefaults) {
  auto run = from_report_json(R"({"schema":"rehearsal-report/1","verdict":"GO","colour":"blue",
                                  "steps":[{"id":"a:b:c","status":"passed","mood":1}]})");
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->verdict, Verdict::go);
  EXPECT_EQ(run->steps[0].id, "a:b:c");
  EXPECT_TRUE(run->steps[0].timed_alone);
}

TEST(ReportJson, RefusesWhatIsNoReport) {
  EXPECT_FALSE(from_report_json("not json"));
  EXPECT_FALSE(from_report_json("[]"));
  EXPECT_FALSE(from_report_json(R"({"schema":"rehearsal-report/2"})"));
  EXPECT_FALSE(from_report_json(R"({"schema":"rehearsal-report/1","verdict":"MAYBE"})"));
  EXPECT_FALSE(from_report_json(R"({"schema":"rehearsal-report/1","steps":{}})"));
  EXPECT_FALSE(from_report_json(R"({"schema":"rehearsal-report/1","run":7})"));
}

TEST(ReportJson, BytesThatAreNoUtf8DoNotStopTheReport) {
  RunRecord run = sample::healthy();
  run.steps[0].output_tail = "caf\xe9";
  EXPECT_TRUE(from_report_json(report_json_text(run)));
}

}  // namespace
}  // namespace rehearsal
