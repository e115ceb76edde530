#include "harness/run/scenario_file.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

class ScenarioFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = make_unique_dir(fs::temp_directory_path(), "scenario-file").value();
    write("prod.sql.gz", "x");
    write("variables.txt", "sql_mode\tSTRICT_ALL_TABLES\n");
    Release release;
    release.name = "2025.1";
    catalogue_.releases = {release};
    Service service;
    service.name = "compute";
    service.schemas = {{"db", "compute"}};
    catalogue_.services = {service};
  }
  void TearDown() override { remove_tree(folder_); }

  void write(const std::string& name, const std::string& text) { ASSERT_TRUE(write_file(folder_ / name, text)); }

  std::string refusal(const std::string& scenario, const ScenarioUse& use = {EngineKind::process, {}, true}) {
    write("upgrade.toml", scenario);
    const auto opened = open_scenario(folder_ / "upgrade.toml", catalogue_, use);
    if (opened) {
      return "accepted";
    }
    EXPECT_EQ(opened.error().kind, ErrorKind::wrong_scenario);
    return replace_all(to_text(opened.error()), folder_.string() + "/", "");
  }

  static constexpr const char* kLeast = "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"prod.sql.gz\"]\n";
  fs::path folder_;
  Catalogue catalogue_;
};

TEST_F(ScenarioFile, WhatIsThereIsAccepted) {
  EXPECT_EQ(refusal(std::string(kLeast) + "[server]\nvariables = \"variables.txt\"\n"), "accepted");
}

TEST_F(ScenarioFile, AMissingScenarioIsAWrongOne) {
  const auto opened = open_scenario(folder_ / "none.toml", catalogue_, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::wrong_scenario);
}

TEST_F(ScenarioFile, AMissingFileIsToldWithTheOneThatIsMeant) {
  EXPECT_EQ(refusal("[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"prod.sql.gz\",\n\"prod.sql.zst\"]\n"),
            "[snapshot] dumps: there is no file prod.sql.zst (upgrade.toml, line 5)\n"
            "  did you mean 'prod.sql.gz', which is there?");
  const std::string told = refusal(std::string(kLeast) + "[server]\nvariables = \"etc/production.cnf\"\n");
  EXPECT_NE(told.find("[server] variables: there is no file etc/production.cnf (upgrade.toml, line 6)"),
            std::string::npos)
      << told;
}

TEST_F(ScenarioFile, ItsDumpsNeedNotBeThereWhereOthersAreRead) {
  const std::string text = "[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"none.sql\"]\n";
  EXPECT_NE(refusal(text), "accepted");
  EXPECT_EQ(refusal(text, {EngineKind::process, {}, false}), "accepted");
}

TEST_F(ScenarioFile, OneFileIsNamedOnce) {
  const std::string told =
      refusal("[path]\nto = \"2025.1\"\n[snapshot]\ndumps = [\"prod.sql.gz\", \"./prod.sql.gz\"]\n");
  EXPECT_NE(told.find("twice"), std::string::npos) << told;
}

TEST_F(ScenarioFile, AFileThatHoldsNoVariablesIsRefusedBeforeAnythingRuns) {
  write("variables.txt", "[client]\n");
  const std::string told = refusal(std::string(kLeast) + "[server]\nvariables = \"variables.txt\"\n");
  EXPECT_NE(told.find("upgrade.toml, line 6"), std::string::npos) << told;
  EXPECT_NE(told.find("names no server variable"), std::string::npos) << told;
}

TEST_F(ScenarioFile, ImagesNeedAnEngineThatHasThem) {
  const std::string server = std::string(kLeast) + "[server]\nimage = \"mariadb:11.4\"\n";
  const std::string service =
      std::string(kLeast) + "[service.compute]\nrunner = \"image\"\nimages = { \"2025.1\" = \"compute:31\" }\n";
  for (const std::string& text : {server, service}) {
    EXPECT_NE(refusal(text).find("cannot be used by engine 'process'"), std::string::npos) << refusal(text);
    EXPECT_EQ(refusal(text, {EngineKind::docker, {}, true}), "accepted");
  }
  EXPECT_EQ(refusal(std::string(kLeast) + "[server]\nimage = \"rehearsal/mariadb:10.11\"\n"), "accepted");
}

TEST_F(ScenarioFile, AFolderWithAServerIsForTheEngineWithoutImages) {
  const std::string text = std::string(kLeast) + "[server]\nimage = \"./newer\"\n";
  EXPECT_NE(refusal(text).find("there is no server in the folder"), std::string::npos) << refusal(text);
  fs::create_directories(folder_ / "newer/usr/sbin");
  write("newer/usr/sbin/mariadbd", "");
  EXPECT_EQ(refusal(text), "accepted");
  EXPECT_NE(refusal(text, {EngineKind::docker, {}, true}).find("names a folder"), std::string::npos);
}

TEST_F(ScenarioFile, AllThatIsWrongIsToldAtOnce) {
  const std::string told = refusal(R"([path]
to = "2025.7"
[snapshot]
dumps = ["none.sql"]
[services]
only = ["computer"]
[server]
memory = "much"
[[waive]]
finding = "schema-drfit"
reason = "ours"
until = "soon"
)");
  EXPECT_TRUE(told.starts_with("the scenario has 6 errors (upgrade.toml)\n")) << told;
  for (const char* line : {"line 2: ", "line 4: ", "line 6: ", "line 8: ", "line 10: ", "line 12: "}) {
    EXPECT_NE(told.find(std::string("\n  ") + line), std::string::npos) << told;
  }
  for (const char* meant : {"did you mean '2025.1'?", "did you mean 'compute'?", "did you mean 'schema-drift'?"}) {
    EXPECT_NE(told.find(meant), std::string::npos) << told;
  }
}

}  // namespace
}  // namespace rehearsal
