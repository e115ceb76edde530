// `--sample`: online migrations of a large table are let run for a part of their time, and told for the whole.

#include <filesystem>
#include <string>

#include "integration/program.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Sample : public ::testing::Test {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-sample").value(); }
  void TearDown() override { remove_tree(dir_); }

  // `online`: what stands for the command of the online migrations.
  json rehearse(const std::string& online, const std::string& sample, int exit_status) {
    const fs::path dump = case_folder("placement-online-never-ends") / "dump.sql.gz";
    const std::string scenario = "[path]\nfrom = \"2023.1\"\nto = \"2023.2\"\n\n[snapshot]\ndumps = [\"" +
                                 dump.string() +
                                 "\"]\n\n[service.placement]\nrunner = \"command\"\ncommand = [\"/bin/sh\", \"-c\", "
                                 "'''case \"$*\" in *online_data_migrations*) " +
                                 online + " ;; esac''', \"placement\"]\n";
    EXPECT_TRUE(write_file(dir_ / "scenario.toml", scenario));
    const auto result =
        run_process(rehearse_command({"run", (dir_ / "scenario.toml").string(), "--out", (dir_ / "out").string(),
                                      "--engine", "process", "--no-twin", "--no-probes", "--sample", sample}));
    EXPECT_TRUE(result) << to_text(result.error());
    EXPECT_EQ(result->exit_status, exit_status) << result->out << result->err;
    return json::parse(read_file(dir_ / "out" / "report.json").value_or("{}"));
  }

  fs::path dir_;
};

// One invocation that would go on for an hour, and many that each do a little.
TEST_F(Sample, IsToldForTheWholeAndIsNeverGo) {
  const std::string line = "echo '40000 rows matched query set_root_provider_ids, 4 migrated'; sleep 0.2";
  for (const std::string& online : {"while :; do " + line + "; done", line + "; exit 1"}) {
    const json report = rehearse(online, "3s", 2);
    EXPECT_EQ(report.at("verdict"), "INCONCLUSIVE");
    EXPECT_NE(report.at("scope").at("what_if").get<std::string>().find("--sample"), std::string::npos);
    bool told = false;
    for (const json& finding : report.at("findings")) {
      EXPECT_NE(finding.at("severity"), "blocker") << finding.dump(2);
      if (finding.at("code") == "online-sampled") {
        told = true;
        EXPECT_EQ(finding.at("step"), "placement:2023.1:online-before");
        const std::string title = finding.at("title");
        EXPECT_NE(title.find("per second"), std::string::npos) << title;
        EXPECT_NE(title.find("to zero"), std::string::npos) << title;
        const std::string detail = finding.at("detail");
        EXPECT_NE(detail.find(" left"), std::string::npos) << detail;
        EXPECT_EQ(detail.find(" 0 left"), std::string::npos) << detail;
      }
    }
    EXPECT_TRUE(told) << report.at("findings").dump(2);
    for (const json& gate : report.at("gates")) {
      if (gate.at("id") == "online-before-complete") {
        EXPECT_EQ(gate.at("result"), "not-run") << gate.dump(2);
      }
    }
  }
}

// A migration that ends within its sample was rehearsed like any other.
TEST_F(Sample, LongerThanTheWorkChangesNothing) {
  const json report = rehearse("true", "10m", 1);  // the stand-in for the schema step does nothing either
  for (const json& finding : report.at("findings")) {
    EXPECT_NE(finding.at("code"), "online-sampled") << finding.dump(2);
  }
}

}  // namespace
}  // namespace rehearsal
