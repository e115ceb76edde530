#include "reports/scope.h"

#include "sample.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/compare.h"
#include "reports/html/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/prometheus.h"
#include "reports/summary.h"

namespace rehearsal {
namespace {

RunRecord healthy() {
  RunRecord run = sample::healthy();
  judge(run);
  return run;
}

RunRecord what_if() {
  RunRecord run = healthy();
  run.scope.what_if = "rows were purged first (--purged)";
  return run;
}

RunRecord only_glance() {
  RunRecord run = healthy();
  run.scope.services = {"glance"};
  run.scope.only = true;
  return run;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST(Scope, AWholeSnapshotAsItIsNeedsNoWords) {
  EXPECT_EQ(scope_text(healthy()), "");
  EXPECT_EQ(verdict_words(healthy()), "GO");
}

// In the first line or the head of each shape, before anything else is said.
TEST(Scope, EveryShapeSaysAWhatIfAndChosenServices) {
  struct Told {
    RunRecord run;
    const char* words;
    const char* metric;
  };
  for (const Told& one : {Told{what_if(), "what-if: rows were purged first (--purged)", "what_if=\"rows were"},
                          Told{only_glance(), "glance only", "services=\"glance\""}}) {
    EXPECT_NE(verdict_words(one.run).find(one.words), std::string::npos);
    EXPECT_NE(first_line(summary_text(one.run, {200, false, ""})).find(one.words), std::string::npos);
    EXPECT_NE(first_line(to_markdown(one.run)).find(one.words), std::string::npos) << first_line(to_markdown(one.run));
    const std::string page = to_html(one.run).value_or("");
    const std::string head = page.substr(0, page.find("</header>"));
    EXPECT_NE(head.substr(head.find("<body>")).find(one.words), std::string::npos);
    EXPECT_NE(head.substr(0, head.find("</title>")).find(one.words), std::string::npos);
    EXPECT_NE(to_junit(one.run).find(std::string("GO (") + one.words), std::string::npos);
    EXPECT_NE(summary_subject(one.run).find(one.words), std::string::npos);
    const std::string metrics = to_prometheus(one.run);
    EXPECT_NE(metrics.find(one.metric), std::string::npos) << metrics;
    EXPECT_EQ(metrics.find("rehearsal_verdict{verdict=\"GO\"} 1"), std::string::npos)
        << "an alert would take it for GO";
    const auto json = to_report_json(one.run);
    EXPECT_EQ(json["scope"]["what_if"], one.run.scope.what_if);
    EXPECT_EQ(json["scope"]["only"], one.run.scope.only);
    EXPECT_FALSE(json["beside"].empty());
  }
  EXPECT_NE(to_prometheus(healthy()).find("rehearsal_verdict{verdict=\"GO\"} 1"), std::string::npos);
}

TEST(Scope, CompareKeepsAWhatIfApart) {
  const Comparison comparison = compare(healthy(), what_if());
  EXPECT_EQ(first_line(to_text(comparison)).rfind("GO → GO (what-if: rows were purged first (--purged)):", 0), 0U)
      << to_text(comparison);
  EXPECT_NE(to_text(comparison).find("scope: the whole snapshot as it is before"), std::string::npos);
  EXPECT_EQ(to_json(comparison)["after"]["scope"], "what-if: rows were purged first (--purged)");
}

TEST(Scope, WhatTheVerdictDoesNotSpeakOfStandsBesideIt) {
  RunRecord run = sample::healthy();
  EXPECT_EQ(told_beside(run), std::vector<std::string>{"heat is skipped: retired."});
  Finding finding;
  finding.code = "drift-not-looked-at";
  finding.title = "production's schema was not compared with a fresh one";
  finding.detail = "The run was asked to leave it out: --no-twin.\nmore";
  run.findings = {finding};
  for (GateRecord& gate : run.gates) {
    if (gate.id == GateId::window) {
      gate.result = GateResult::not_run;
      gate.detail = "steps did not run";
    }
    if (gate.id == GateId::coverage) {
      gate.result = GateResult::failed;
      gate.detail = "schema octavia";
    }
  }
  run.verdict = Verdict::no_go;
  const std::vector<std::string> lines = told_beside(run);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "Not covered: schema octavia.");
  EXPECT_EQ(lines[2],
            "production's schema was not compared with a fresh one. The run was asked to leave it out: --no-twin.");
  EXPECT_EQ(lines[3], "Gate window did not run; it is not mandatory: steps did not run.");
  run.verdict = Verdict::inconclusive;  // then it is a reason
  EXPECT_EQ(told_beside(run).size(), 3U);
  for (const std::string& text : std::vector<std::string>{summary_text(run, {400, false, ""}), to_markdown(run),
                                                          to_junit(run), to_html(run).value_or("")}) {
    EXPECT_NE(text.find("heat is skipped: retired."), std::string::npos);
    EXPECT_NE(text.find("--no-twin"), std::string::npos);
  }
}

}  // namespace
}  // namespace rehearsal
