// Old and new code as every page tells them.
#include "reports/probes.h"

#include "sample.h"
#include <gtest/gtest.h>

#include "reports/html/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/scope.h"
#include "reports/summary.h"
#include "reports/verdict.h"

namespace rehearsal {
namespace {

ProbeRecord probe_of(const std::string& service, const std::string& moment, const std::string& code,
                     std::int64_t failed = 0) {
  ProbeRecord probe;
  probe.service = service;
  probe.moment = moment;
  probe.code = code;
  probe.role = code == "2023.1" ? "old" : "new";
  probe.asked = 103;
  probe.failed = failed;
  return probe;
}

RunRecord probed_run() {
  RunRecord run = sample::healthy();
  run.probes = {probe_of("cinder", "start", "2023.1"), probe_of("cinder", "2023.2:expand", "2023.1", 1),
                probe_of("cinder", "2023.2:expand", "2023.2"), probe_of("cinder", "2023.2:contract", "2023.1", 2),
                probe_of("glance", "start", "2023.1")};
  run.probes[3].must_live = false;
  judge(run);
  return run;
}

TEST(Probes, AServiceIsARowOfMoments) {
  const RunRecord run = probed_run();
  const std::vector<ProbedService> services = probed_services(run);
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(moments_text(services[0]),
            "start ✓ 2023.1 lives; 2023.2:expand ✗ 2023.1 breaks: 1 of 103, ✓ 2023.2 lives; "
            "2023.2:contract – 2023.1 is over: 2 of 103");
  EXPECT_FALSE(lives_everywhere(services[0]));
  EXPECT_TRUE(lives_everywhere(services[1]));
  EXPECT_EQ(probes_sum_text(run), "515 questions to the code of 2 services");
}

TEST(Probes, WhatWasNotAskedDoesNotLive) {
  RunRecord run = probed_run();
  run.probes[4].not_asked = "it cannot be loaded";
  EXPECT_EQ(moments_text(probed_services(run)[1]), "start – 2023.1 not asked");
  EXPECT_FALSE(lives_everywhere(probed_services(run)[1]));
}

TEST(Probes, WhatAFailedStepLeftIsAMomentOfItsOwn) {
  RunRecord run = probed_run();
  run.probes[1].after_failure = true;
  EXPECT_NE(moments_text(probed_services(run)[0]).find("2023.2:expand (failed) ✗ 2023.1 breaks"), std::string::npos);
}

TEST(Probes, EveryShapeTellsThem) {
  const RunRecord run = probed_run();
  for (const std::string& shape : {to_markdown(run), to_html(run).value(), summary_text(run, {})}) {
    EXPECT_NE(shape.find("Old and new code"), std::string::npos);
    EXPECT_NE(shape.find("breaks: 1 of 103"), std::string::npos);
  }
  for (const std::string& shape : {to_markdown(sample::healthy()), to_html(sample::healthy()).value()}) {
    EXPECT_EQ(shape.find("Old and new code"), std::string::npos);
  }
}

TEST(Probes, WhatTheyDoNotShowStandsBesideTheVerdict) {
  RunRecord run = probed_run();
  const std::size_t with_probes = told_beside(run).size();
  run.probes.clear();
  EXPECT_EQ(told_beside(run).size() + 1, with_probes);
}

TEST(Probes, AReportIsReadBackWithThem) {
  const auto read = from_report_json(report_json_text(probed_run()));
  ASSERT_TRUE(read) << to_text(read.error());
  ASSERT_EQ(read->probes.size(), 5U);
  EXPECT_EQ(read->probes[3].failed, 2);
  EXPECT_FALSE(read->probes[3].must_live);
}

}  // namespace
}  // namespace rehearsal
