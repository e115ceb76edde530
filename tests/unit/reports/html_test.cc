#include "reports/html/html.h"

#include <set>

#include "sample.h"
#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

std::string page_of(const RunRecord& record) {
  auto page = to_html(record);
  EXPECT_TRUE(page.has_value());
  return page.value_or("");
}

// The values of one attribute, in order.
std::vector<std::string> values_of(const std::string& page, const std::string& attribute) {
  std::vector<std::string> values;
  const std::string open = " " + attribute + "=\"";
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    values.push_back(page.substr(at, page.find('"', at) - at));
  }
  return values;
}

// The first element that is closed out of turn, or never; empty where all are closed.
std::string unbalanced(const std::string& page) {
  const std::set<std::string> kVoid = {"meta", "!DOCTYPE", "br"};
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    const std::string tag = page.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" \n/", 1));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != tag) {
        return tag + " at " + std::to_string(at);
      }
      open.pop_back();
    } else if (tag.back() != '/' && !kVoid.contains(name)) {
      open.push_back(name);
    }
  }
  return open.empty() ? std::string() : open.back();
}

TEST(Html, TheFailureIsToldFromTheTop) {
  const std::string page = page_of(sample::broken());
  std::size_t last = 0;
  for (const char* part : {"<title>NO-GO · 2023.1 → 2024.1",
                           "class=\"strip no-go\"",
                           "1 blocker in cinder",
                           "2026-11-22 23:10 UTC",
                           "✓ proven",
                           "id=\"why\"",
                           "href=\"#finding-1\"",
                           "id=\"blockers\"",
                           "id=\"finding-1\"",
                           "null-in-not-null",
                           "9ab1b092a404",
                           "cinder.volumes",
                           "<b>100</b>",
                           "and 98 more",
                           "Data truncated",
                           "ALTER TABLE volumes",
                           "tried on a clone: the step passes with it (4.1 s)",
                           "UPDATE cinder.volumes SET use_quota=1",
                           "rehearse explain null-in-not-null",
                           "id=\"timeline\"",
                           "bar failed",
                           "bar idle",
                           "id=\"gates\"",
                           "✗ failed",
                           "– not run",
                           "id=\"data\"",
                           "id=\"schema\"",
                           "id=\"locks\"",
                           "A writer waited",
                           "<b>COPY</b>",
                           "480,060",
                           "65 ms",
                           "id=\"migrations\"",
                           "id=\"steps\"",
                           "id=\"step-cinder:2024.1:sync\"",
                           "not judged: Service User Token",
                           "id=\"adaptations\"",
                           "id=\"limits\"",
                           "10.6.16 in production",
                           "id=\"provenance\"",
                           "20261123-081542-a1b2",
                           "c0ffee0123456789"}) {
    const std::size_t at = page.find(part, last);
    EXPECT_NE(at, std::string::npos) << "missing, or out of order: " << part;
    last = at == std::string::npos ? last : at;
  }
}

TEST(Html, EveryLinkHasItsPlaceAndEveryPlaceIsOne) {
  for (const RunRecord& record : {sample::broken(), sample::healthy()}) {
    const std::string page = page_of(record);
    const std::vector<std::string> ids = values_of(page, "id");
    const std::set<std::string> places(ids.begin(), ids.end());
    EXPECT_EQ(places.size(), ids.size());
    for (const std::string& link : values_of(page, "href")) {
      ASSERT_EQ(link.substr(0, 1), "#") << "the page reaches outside: " << link;
      EXPECT_TRUE(places.contains(link.substr(1))) << link;
    }
    EXPECT_EQ(unbalanced(page), "");
    EXPECT_TRUE(values_of(page, "src").empty());
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("{{"), std::string::npos);
  }
}

TEST(Html, AReasonLeadsToItsGate) {
  RunRecord run = sample::healthy();
  run.gates[1].result = GateResult::failed;
  judge(run);
  const std::string page = page_of(run);
  EXPECT_NE(page.find("href=\"#gate-dump-complete\">evidence"), std::string::npos);
}

TEST(Html, AGateOfManyServicesIsOneRowWithItsWorstResult) {
  RunRecord run = sample::healthy();
  run.gates = {{GateId::steps_passed, "glance", GateResult::passed, "3 steps passed", true, false},
               {GateId::steps_passed, "cinder", GateResult::failed, "cinder:2024.1:sync failed", true, false}};
  const std::string page = page_of(run);
  EXPECT_NE(page.find("0 of 1 passed"), std::string::npos);
  EXPECT_NE(page.find("✗ cinder: cinder:2024.1:sync failed</span><span class=\"detail\">✓ glance</span>"),
            std::string::npos);
}

TEST(Html, EachVerdictHasItsOwnSignWordAndColour) {
  RunRecord run = sample::healthy();
  judge(run);
  EXPECT_NE(page_of(run).find("class=\"strip go\""), std::string::npos);
  run.findings.push_back(sample::broken().findings[0]);
  run.findings[0].severity = Severity::warning;
  judge(run);
  EXPECT_NE(page_of(run).find("class=\"strip conditions\""), std::string::npos);
  run.verified = false;
  judge(run);
  const std::string page = page_of(run);
  EXPECT_NE(page.find("class=\"strip inconclusive\""), std::string::npos);
  EXPECT_NE(page.find("✗ not proven"), std::string::npos);
}

TEST(Html, WhateverARecordHoldsIsTextOnThePage) {
  const std::string evil = "\"'><script>alert(1)</script>{{run}}\x01\xff</style>";
  RunRecord run = sample::broken();
  run.run = run.from = run.engine = run.state_dir = run.snapshot_key = evil;
  run.adaptations = run.parity = {evil};
  run.reasons = {{evil}};
  run.dumps[0].file = run.services[0].name = run.gates[0].detail = evil;
  StepRecord& step = run.steps[4];
  step.id = step.service = step.part = step.release = step.reason = step.output_tail = evil;
  step.command = {evil};
  step.checks = {{evil, evil, evil, false}};
  step.migrations = {{evil, 3, 2, 1, 0}};
  step.schema = {{evil, evil, {evil}}};
  step.tables = {{evil, 1, 2, 3, 4, 5}};
  Finding& finding = run.findings[0];
  finding.code = finding.title = finding.detail = finding.table = finding.step = finding.revision = evil;
  finding.error = finding.statement = finding.fix->sql = finding.fix->decision = evil;
  finding.columns = finding.fix->with = {evil};
  finding.rows = {{{evil, evil}}};
  const std::string page = page_of(run);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find('\x01'), std::string::npos);
  EXPECT_EQ(page.find('\xff'), std::string::npos);
  EXPECT_EQ(unbalanced(page), "");
  EXPECT_NE(page.find("{{run}}"), std::string::npos) << "text of the record was read as a template";
}

TEST(Html, AHugeRecordStaysBelowTwoMegabytesAndSaysWhatIsLeftOut) {
  RunRecord run = sample::broken();
  const std::string longest(20'000, '"');  // each becomes six bytes
  for (int i = 0; i < 500; ++i) {
    Finding finding = run.findings[0];
    finding.error = finding.statement = finding.detail = finding.title = longest;
    finding.severity = i % 2 == 0 ? Severity::blocker : Severity::warning;
    run.findings.push_back(finding);
    StepRecord step = run.steps[4];
    step.id += ":part" + std::to_string(i);
    step.output_tail = longest;
    for (int j = 0; j < 40; ++j) {
      step.tables.push_back({"cinder.table_of_a_rather_long_name_" + std::to_string(j), j, 2 * j, {}, {}, {}});
      step.schema.push_back({"cinder.table", "altered", {"+ column `a` int(11)", "- key `b` (`b`)"}});
    }
    run.steps.push_back(step);
    run.adaptations.push_back(longest);
  }
  const std::string page = page_of(run);
  EXPECT_LT(page.size(), kPageBytes);
  EXPECT_NE(page.find("more in report.json"), std::string::npos);
  EXPECT_NE(page.find("id=\"finding-1\""), std::string::npos);
  EXPECT_EQ(unbalanced(page), "");
}

TEST(Html, ARecordOfAlmostNothingIsStillAPage) {
  const std::string page = page_of(RunRecord{});
  EXPECT_NE(page.find("INCONCLUSIVE"), std::string::npos);
  EXPECT_NE(page.find("No step was planned"), std::string::npos);
  EXPECT_EQ(unbalanced(page), "");
}

TEST(Html, TablesThatLoseRowsStandOut) {
  RunRecord run = sample::healthy();
  run.steps[4].tables = {{"cinder.lost", 4096, 12, {}, {}, {}}, {"cinder.same", 7, 7, {}, {}, {}}};
  const std::string page = page_of(run);
  EXPECT_NE(page.find("<td>4,096</td><td>12</td><td class=\"fewer\">−4,084</td>"), std::string::npos);
  EXPECT_NE(page.find("1 more table touched, as many rows as before</summary>cinder.same (7)"), std::string::npos);
}

TEST(Html, UpdatedRowsAreToldWithTheirColumns) {
  RunRecord run = sample::healthy();
  run.steps[4].tables = {{"cinder.volumes", 8, 5, 0, 2, 3, {{"zone", "null-to-value", 2}, {"name", "truncated", 1}}}};
  const std::string page = page_of(run);
  EXPECT_NE(page.find("2 updated, 3 deleted"), std::string::npos);
  EXPECT_NE(page.find("zone: NULL → value in 2 rows; name: cut short in 1 row"), std::string::npos);
}

}  // namespace
}  // namespace rehearsal
