#include "scenarios/version_rules.h"

#include "unit/scenarios/cloud.h"
#include <gtest/gtest.h>

#include "scenarios/ini.h"
#include "scenarios/make_plan.h"
#include "scenarios/toml_reader.h"

namespace rehearsal {
namespace {

constexpr const char* kRule = R"(
[[version_rule]]
schemas = ["cell"]
tables = ["services"]
bound = { "2024.2" = "7", "2025.1" = "9" }
heartbeat = "t.seen"
where = "t.version < ${bound} AND ${schema} IS NOT NULL"
severity = "blocker"
relaxed_by = "workarounds/look_away"
words = "below ${bound}, which ${release} refuses"
meaning = "m"
fix = "UPDATE ${table} SET deleted = 1 WHERE version < ${bound}"
source = "s"
)";

std::string refusal_of(const std::string& text, std::vector<VersionRule>& rules) {
  const auto document = parse_toml(text, "x.toml", ErrorKind::failed);
  TomlProblems problems{"x.toml", ErrorKind::failed, {}};
  TomlReader reader(*document, "", problems);
  rules = read_version_rules(reader);
  reader.finish();
  return problems.first ? to_text(*problems.first) : "";
}

std::vector<VersionRule> rules_in(const std::string& text) {
  std::vector<VersionRule> rules;
  EXPECT_EQ(refusal_of(text, rules), "");
  return rules;
}

TEST(VersionRules, AreAskedByTheReleaseThatHasABound) {
  const std::vector<VersionRule> rules = rules_in(kRule);
  EXPECT_TRUE(version_questions(rules, "2024.1", "").empty());
  const std::vector<VersionQuestion> asked = version_questions(rules, "2025.1", "");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].rule.rows.where, "t.version < 9 AND ${schema} IS NOT NULL");
  EXPECT_EQ(asked[0].rule.rows.words, "below 9, which 2025.1 refuses");
  EXPECT_EQ(asked[0].rule.rows.fix, "UPDATE ${table} SET deleted = 1 WHERE version < 9");
  EXPECT_FALSE(asked[0].relaxed);
}

TEST(VersionRules, AreRelaxedByTheOperatorsOption) {
  const std::vector<VersionRule> rules = rules_in(kRule);
  for (const char* yes : {"true", "True", "1", "yes", "ON"}) {
    EXPECT_TRUE(version_questions(rules, "2025.1", std::string("[workarounds]\nlook_away = ") + yes).front().relaxed);
  }
  for (const char* no : {"false", "0", "no", ""}) {
    EXPECT_FALSE(version_questions(rules, "2025.1", std::string("[workarounds]\nlook_away = ") + no).front().relaxed);
  }
  EXPECT_FALSE(version_questions(rules, "2025.1", "look_away = true").front().relaxed) << "in another group";
}

TEST(VersionRules, WhatIsWrongIsSaid) {
  std::vector<VersionRule> rules;
  const std::string text = kRule;
  EXPECT_NE(refusal_of("[[version_rule]]\nwords = \"w\"\n", rules).find("schemas"), std::string::npos);
  EXPECT_NE(refusal_of(text + "colour = \"red\"\n", rules).find("colour"), std::string::npos);
  std::string severity = text;
  severity.replace(severity.find("blocker"), 7, "alarm");
  EXPECT_NE(refusal_of(severity, rules).find("alarm"), std::string::npos);
}

TEST(VersionRules, TheFirstHopsReleaseAsks) {
  Catalogue catalogue = cloud::catalogue();
  for (Service& service : catalogue.services) {
    if (service.cells) {
      service.version_rules = rules_in(kRule);
    }
  }
  const auto asked_by = [&](const std::string& to, Via via) -> std::string {
    Scenario scenario = cloud::to(to);
    scenario.from = "2024.1";
    scenario.via = std::move(via);
    const auto plan = make_plan(catalogue, scenario, cloud::with_compute());
    EXPECT_TRUE(plan) << to_text(plan.error());
    const Lane& lane = plan->lanes.front();
    return lane.first_target + (lane.versions.empty() ? "" : ": " + lane.versions.front().rule.rows.words);
  };
  EXPECT_EQ(asked_by("2025.1", Via{}), "2025.1: below 9, which 2025.1 refuses");
  EXPECT_EQ(asked_by("2025.1", Via{Via::Kind::sequential, {}}), "2024.2: below 7, which 2024.2 refuses");
  EXPECT_EQ(asked_by("2024.1", Via{}), "2024.1");
}

TEST(Ini, TheLastValueOfAnOptionCounts) {
  EXPECT_EQ(ini_value("[a]\nx = 1\n[b]\nx = 2\n[a]\nx : 3\n", "a/x"), "3");
  EXPECT_EQ(ini_value("[a]\nx = 1\n", "a/y"), std::nullopt);
  EXPECT_EQ(ini_value("x = 1\n", "DEFAULT/x"), "1");
}

}  // namespace
}  // namespace rehearsal
