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
  EXPECT_EQ(scenario.engine, "auto");
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
packages = ["plug-in"]
config = """
[DEFAULT]
a = 1
"""
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

TEST(Scenario, WhatIsNoTomlIsToldWithItsLine) {
  EXPECT_NE(refusal("[path\nto = 1\n").find("line 1"), std::string::npos);
}

TEST(Scenario, AMissingFileIsAWrongScenario) {
  const auto scenario = load_scenario("/no/such/scenario.toml");
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().kind, ErrorKind::wrong_scenario);
}

}  // namespace
}  // namespace rehearsal
