#include "reports/json.h"

#include <filesystem>

#include "sample.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reports/compare.h"
#include "reports/html/html.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/prometheus.h"
#include "reports/telling.h"

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
  EXPECT_EQ(json["schema"], "rehearsal-report/2");
  EXPECT_EQ(json["reasons"][0]["finding"], 0);
  EXPECT_FALSE(json["reasons"][0].contains("gate"));
  EXPECT_NE(json["reasons"][0]["text"].get<std::string>().find("9ab1b092a404"), std::string::npos);
  EXPECT_EQ(json["scope"]["services"].dump(), R"(["cinder","glance"])");
  EXPECT_EQ(json["scope"]["skipped"][0].dump(), R"({"schema":"heat","why":"retired"})");
  EXPECT_EQ(json["scope"]["what_if"], "");
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
  auto run = from_report_json(R"({"schema":"rehearsal-report/2","verdict":"GO","colour":"blue",
                                  "steps":[{"id":"a:b:c","status":"passed","mood":1}]})");
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->verdict, Verdict::go);
  EXPECT_EQ(run->steps[0].id, "a:b:c");
  EXPECT_TRUE(run->steps[0].timed_alone);
}

// As `rehearse` wrote it before reasons had places and reports a scope.
TEST(ReportJson, ARunKeptAsTheSchemaBeforeIsReadAndToldInEveryShape) {
  const auto text = read_file(std::filesystem::path(REHEARSAL_SOURCE_DIR) / "tests/unit/reports/report-1.json");
  ASSERT_TRUE(text) << to_text(text.error());
  ASSERT_NE(text->find("\"rehearsal-report/1\""), std::string::npos);
  const auto run = from_report_json(*text);
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->verdict, Verdict::conditions);
  ASSERT_FALSE(run->reasons.empty());
  EXPECT_NE(run->reasons[0].text.find("the revision stays"), std::string::npos) << run->reasons[0].text;
  EXPECT_EQ(run->reasons[0].finding, std::nullopt);
  EXPECT_EQ(run->scope.services, std::vector<std::string>{"keystone"});
  EXPECT_FALSE(run->scope.only);
  EXPECT_TRUE(is_told_as_finding(*run, run->reasons[0]));
  for (const std::string& page :
       std::vector<std::string>{to_html(*run).value_or(""), to_markdown(*run), to_junit(*run), to_prometheus(*run)}) {
    EXPECT_NE(page.find("CONDITIONS"), std::string::npos);
  }
  EXPECT_EQ(to_report_json(*run)["schema"], kReportSchema);
  EXPECT_TRUE(compare(*run, *run).same_snapshot);
}

TEST(ReportJson, RefusesWhatIsNoReport) {
  EXPECT_FALSE(from_report_json("not json"));
  EXPECT_FALSE(from_report_json("[]"));
  EXPECT_FALSE(from_report_json(R"({"schema":"rehearsal-report/3"})"));
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
