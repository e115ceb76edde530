// A cloud on MariaDB 11.8, rehearsed on a server of that series and on 10.11. From 11.5 on a new table gets another
// collation than those of older servers: what was installed there is healthy, what was brought there from an older one
// is not (Launchpad bug 2084562), and both servers must say so.

#include <filesystem>
#include <string>
#include <vector>

#include "integration/program.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kDump = case_folder("nova-fresh-on-mariadb-118") / "dump.sql.gz";

class OtherSeries : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-series").value(); }
  void TearDown() override { remove_tree(dir_); }

  // Unpacked from Debian's next release, once for all tests.
  static std::string server_118(std::string& why) {
    const fs::path folder = fs::path(shared_state()) / "servers/mariadb-11.8";
    Command command;
    command.argv = {"sh", (fs::path(REHEARSAL_SOURCE_DIR) / "docker/build-images.sh").string(), folder.string(),
                    "mariadb:11.8"};
    command.environment = own_environment();
    command.timeout_seconds = 600;
    const auto built = run_process(command);
    why = built ? built->err : to_text(built.error());
    return built && built->ok() ? folder.string() : "";
  }

  // The same cloud as an older server would have brought it along.
  fs::path upgraded_dump() {
    fs::path dump = dir_ / "upgraded.sql";
    Command command;
    command.argv = {"sh", "-c",           "zcat \"$1\" | sed 's/_uca1400_ai_ci/_general_ci/g' >\"$2\"",
                    "sh", kDump.string(), dump.string()};
    command.environment = own_environment();
    EXPECT_TRUE(run_checked(command));
    return dump;
  }

  json rehearse(const fs::path& dump, const std::string& image, int exit_status) {
    const std::string scenario = "[path]\nfrom = \"2024.1\"\nto = \"2025.1\"\n\n[snapshot]\ndumps = [\"" +
                                 dump.string() + "\"]\n" +
                                 (image.empty() ? "" : "\n[server]\nimage = \"" + image + "\"\n");
    EXPECT_TRUE(write_file(dir_ / "scenario.toml", scenario));
    std::vector<std::string> words = {
        "run", (dir_ / "scenario.toml").string(), "--out", (dir_ / "out").string(), "--engine", "process", "--jobs",
        "1"};
    if (!is_survey()) {
      words.emplace_back("--no-probes");
      words.emplace_back("--no-twin");  // the reference of another series costs twice as much as the run
    }
    const auto result = run_process(rehearse_command(words));
    EXPECT_TRUE(result) << to_text(result.error());
    EXPECT_EQ(result->exit_status, exit_status) << result->out << result->err;
    return json::parse(read_file(dir_ / "out" / "report.json").value_or("{}"));
  }

  static void expect_refused_key(const json& report) {
    EXPECT_EQ(report.at("verdict"), "NO-GO");
    bool told = false;
    for (const json& finding : report.at("findings")) {
      told = told || (finding.at("severity") == "blocker" && finding.at("step") == "nova:2025.1:sync:cell0" &&
                      finding.dump().find("errno: 150") != std::string::npos);
      if (finding.at("severity") == "blocker" && finding.at("fix").is_object()) {
        EXPECT_EQ(finding.dump().find("COLLATE utf8mb3_general_ci"), std::string::npos) << finding.dump(2);
      }
    }
    EXPECT_TRUE(told) << report.at("findings").dump(2);
  }

  fs::path dir_;
};

TEST_F(OtherSeries, WhatWasInstalledThereIsGoOnItsOwnSeries) {
  std::string why;
  const std::string server = server_118(why);
  if (server.empty()) {
    GTEST_SKIP() << "no server of 11.8 can be made here: " << why;
  }
  const json report = rehearse(kDump, server, 0);
  EXPECT_EQ(report.at("verdict"), "GO") << report.at("findings").dump(2);
}

TEST_F(OtherSeries, WhatWasBroughtThereIsNoGoOnItsOwnSeries) {
  std::string why;
  const std::string server = server_118(why);
  if (server.empty()) {
    GTEST_SKIP() << "no server of 11.8 can be made here: " << why;
  }
  expect_refused_key(rehearse(upgraded_dump(), server, 1));
}

TEST_F(OtherSeries, WhatWasBroughtThereIsNoGoOnTheOlderOneToo) {
  if (!is_survey()) {
    GTEST_SKIP() << "a part of the survey";
  }
  expect_refused_key(rehearse(upgraded_dump(), "", 1));
}

}  // namespace
}  // namespace rehearsal
