#include "scenarios/scenario.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rehearsal {
namespace {

constexpr const char* kLeast = "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"prod.sql.zst\"]\n";

Scenario parsed(const std::string& text) {
  auto scenario = parse_scenario(text, "/srv/upgrade.toml");
  EXPECT_TRUE(scenario) << to_text(scenario.error());
  return scenario.value_or(Scenario{});
}

std::string refusal(const std::string& text) {
  const auto scenario = parse_scenario(text, "/srv/upgrade.toml");
  if (scenario) {
    return "accepted";
  }
  EXPECT_EQ(scenario.error().kind, ErrorKind::wrong_scenario);
  return to_text(scenario.error());
}

TEST(Scenario, TheLeastHasDefaults) {
  const Scenario scenario = parsed(kLeast);
  EXPECT_EQ(scenario.from, "auto");
  EXPECT_EQ(scenario.via.kind, Via::Kind::fewest);
  EXPECT_EQ(scenario.engine, EngineKind::automatic);
  ASSERT_EQ(scenario.dumps.size(), 1U);
  EXPECT_EQ(scenario.dumps[0].file, "/srv/prod.sql.zst");
  EXPECT_FALSE(scenario.window_seconds);
  EXPECT_EQ(scenario.keep_checkpoints, KeepCheckpoints::failed);
}

TEST(Scenario, EveryKeyIsRead) {
  const Scenario scenario = parsed(R"(
[path]
from = "2024.1"
to = "2025.1"
via = ["2024.2"]
[snapshot]
dumps = ["a.sql", { file = "/dumps/n.sql.gz", schema = "compute" }]
map_collations = { "UTF8MB4_0900_ai_ci" = "utf8mb4_uca1400_ai_ci" }
[services]
only = ["compute"]
[service.compute]
runner = "command"
command = ["/opt/bin/run"]
versions = { "2024.1" = "1.0" }
schemas = { api = "compute_api" }
config = """
[DEFAULT]
a = 1
"""
[service.plugged]
packages = ["plug-in"]
[server]
engine = "process"
memory = "2g"
variables = "production.cnf"
[gates]
window = "90m"
[checkpoints]
keep = "all"
)");
  EXPECT_EQ(scenario.map_collations.at("utf8mb4_0900_ai_ci"), "utf8mb4_uca1400_ai_ci");
  EXPECT_EQ(scenario.via.listed, std::vector<std::string>{"2024.2"});
  EXPECT_EQ(scenario.dumps.at(1).file, "/dumps/n.sql.gz");
  EXPECT_EQ(scenario.dumps.at(1).schema, "compute");
  EXPECT_EQ(scenario.service("compute").runner, RunnerKind::command);
  EXPECT_EQ(scenario.service("compute").versions.at("2024.1"), "1.0");
  EXPECT_EQ(scenario.service("plugged").packages, std::vector<std::string>{"plug-in"});
  EXPECT_EQ(scenario.service("other").runner, RunnerKind::venv);
  EXPECT_EQ(scenario.variables, "/srv/production.cnf");
  EXPECT_EQ(scenario.window_seconds, 5400);
  EXPECT_EQ(scenario.keep_checkpoints, KeepCheckpoints::all);
}

TEST(Scenario, AnUnknownKeyIsToldWithItsLineAndTheNearestKey) {
  const std::string told = refusal("[path]\nfrmo = \"2024.1\"\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n");
  EXPECT_NE(told.find("line 2"), std::string::npos) << told;
  EXPECT_NE(told.find("did you mean 'from'"), std::string::npos) << told;
}

TEST(Scenario, WrongValuesAreRefusedByName) {
  EXPECT_NE(refusal("[path]\nto = 2025.1\n[snapshot]\ndumps = [\"a\"]\n").find("[path] to"), std::string::npos);
  EXPECT_NE(refusal(std::string(kLeast) + "[gates]\nwindow = \"soon\"\n").find("window"), std::string::npos);
  EXPECT_NE(refusal(std::string(kLeast) + "[checkpoints]\nkeep = \"some\"\n").find("keep"), std::string::npos);
  EXPECT_NE(refusal(std::string(kLeast) + "[server]\nengine = \"vmware\"\n").find("engine"), std::string::npos);
  EXPECT_NE(refusal(std::string(kLeast) + "[service.x]\nrunner = \"image\"\n").find("images"), std::string::npos);
  EXPECT_NE(refusal("[path]\nto = \"2025.1\"\n[snapshot]\ndumps = []\n").find("dumps"), std::string::npos);
  EXPECT_NE(refusal("[path]\nto = \"2025.1\"\n").find("[snapshot] is missing"), std::string::npos);
}

TEST(Scenario, AnAssertionHasANameAndAQueryAndPerhapsItsAnswer) {
  const std::string least = std::string(kLeast) + "[[assert]]\n";
  const Scenario scenario = parsed(least + R"(name = "live"
sql = "SELECT COUNT(*) FROM compute.things"
[[assert]]
name = "one"
sql = "SELECT MAX(id) FROM compute.things"
expected = 12
)");
  ASSERT_EQ(scenario.assertions.size(), 2U);
  EXPECT_EQ(scenario.assertions[0].expected, std::nullopt);
  EXPECT_EQ(scenario.assertions[1].expected, "12");
  const std::string one = "name = \"live\"\nsql = \"SELECT 1\"\n";
  EXPECT_NE(refusal(least + one + "[[assert]]\n" + one).find("which another assertion already has"), std::string::npos);
  EXPECT_NE(refusal(least + "name = \"live\"\n").find("sql is missing"), std::string::npos);
  EXPECT_NE(refusal(least + "sql = \"SELECT 1\"\n").find("name is missing"), std::string::npos);
  EXPECT_NE(refusal(least + "name = \"live\"\nsql = \" \"\n").find("sql is empty"), std::string::npos);
  EXPECT_NE(refusal(least + one + "expected = [1]\n").find("expected must be one value"), std::string::npos);
}

TEST(Scenario, AWaiverNeedsAFindingAReasonAndADay) {
  const std::string least = std::string(kLeast) + "[[waive]]\n";
  const Scenario scenario = parsed(least + R"(finding = "rows-deleted"
table = "compute.ranges"
reason = "read anew from the file"
bug = "OPS-17"
until = "2027-01-31"
[[waive]]
finding = "schema-drift"
reason = "our index"
until = 2028-02-29
)");
  ASSERT_EQ(scenario.waivers.size(), 2U);
  EXPECT_EQ(scenario.waivers[0].table, "compute.ranges");
  EXPECT_EQ(scenario.waivers[0].bug, "OPS-17");
  EXPECT_EQ(scenario.waivers[0].until, "2027-01-31");
  EXPECT_EQ(scenario.waivers[1].until, "2028-02-29");

  const std::string whole = least + "finding = \"rows-deleted\"\n";
  EXPECT_NE(refusal(whole + "until = \"2027-01-31\"\n").find("reason is missing"), std::string::npos);
  EXPECT_NE(refusal(whole + "reason = \" \"\nuntil = \"2027-01-31\"\n").find("reason is empty"), std::string::npos);
  EXPECT_NE(refusal(whole + "reason = \"a\"\n").find("until is missing"), std::string::npos);
  for (const char* day : {"\"soon\"", "\"2027-02-29\"", "\"31.01.2027\"", "\"2027-13-01\"", "\"2027-1-31\"", "1"}) {
    EXPECT_NE(refusal(whole + "reason = \"a\"\nuntil = " + day + "\n").find("until is not a date"), std::string::npos)
        << day;
  }
  EXPECT_NE(refusal(least + "reason = \"a\"\nuntil = \"2027-01-31\"\n").find("finding is missing"), std::string::npos);
}

TEST(Scenario, RestoreAndCoverageCannotBeWaived) {
  for (const char* code : {"restore-mismatch", "values-changed", "dump-unprovable", "partial-dump", "no-data-section",
                           "schema-missing", "rows-not-compared", "lane-broken"}) {
    const std::string told = refusal(std::string(kLeast) + "[[waive]]\nfinding = \"" + code +
                                     "\"\nreason = \"a\"\nuntil = \"2027-01-31\"\n");
    EXPECT_NE(told.find(code), std::string::npos) << told;
    EXPECT_NE(told.find("cannot be waived"), std::string::npos) << told;
  }
}

TEST(Scenario, WhatIsNoTomlIsToldWithItsLine) {
  EXPECT_NE(refusal("[path\nto = 1\n").find("line 1"), std::string::npos);
}

TEST(Scenario, WhatIsSkippedHasItsReason) {
  const std::string head = "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a.sql\"]\n[services]\n";
  const auto read = parse_scenario(head +
                                       "skip = { heat = \"retired\", \"neutron.alembic_version_fwaas\" = \"gone\", "
                                       "nova.alembic_version_x = \"y z\" }\n",
                                   "s.toml");
  ASSERT_TRUE(read) << to_text(read.error());
  const std::map<std::string, std::string> skip = {
      {"heat", "retired"}, {"neutron.alembic_version_fwaas", "gone"}, {"nova.alembic_version_x", "y z"}};
  EXPECT_EQ(read->skip, skip);
  for (const char* wrong :
       {"skip = { heat = \"\" }\n", "skip = { heat = \" … \" }\n", "skip = { heat = true }\n", "skip = [\"heat\"]\n"}) {
    const auto refused = parse_scenario(head + wrong, "s.toml");
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().kind, ErrorKind::wrong_scenario);
    EXPECT_NE(to_text(refused.error()).find("skip"), std::string::npos);
  }
}

TEST(Scenario, CapitalsOfAnImageStandInItsHostAndItsTag) {
  const auto read = [](const std::string& image) {
    return parse_scenario("[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"a\"]\n[server]\nimage = \"" + image + "\"\n",
                          "s.toml")
        .has_value();
  };
  for (const char* good : {"mariadb:10.11-Focal", "Registry.Example:5000/team/mariadb:LTS", "a/b", "a/b@sha256:AB"}) {
    EXPECT_TRUE(read(good)) << good;
  }
  for (const char* bad : {"MariaDB:10.11", "Team/mariadb", "registry.example/Team/mariadb:1"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

}  // namespace
}  // namespace rehearsal
