// Nothing of production's leaves: cases are run with a token in the place of every text value, comment, definer and
// host, and no token may be seen in what is written below --out or printed. REHEARSAL_MASKING=all takes every case.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "integration/program.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Of different services, with errors, rows, definers and checks to tell of.
const std::vector<std::string> kSample = {"keystone-trigger-definer-gone", "neutron-four-things-in-the-way",
                                          "placement-redundant-index-already-dropped"};

std::vector<std::string> cases() {
  const char* const wanted = std::getenv("REHEARSAL_MASKING");
  if (wanted == nullptr) {
    return kSample;
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / "tests/cases")) {
    const std::string name = entry.path().filename().string();
    if (fs::exists(entry.path() / "dump.sql.gz") && (std::string(wanted) == "all" || name == wanted)) {
      names.push_back(name);
    }
  }
  return names;
}

class Masking : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-masking").value(); }
  void TearDown() override { remove_tree(dir_); }

  // How many tokens now stand in the dump.
  int plant() {
    Command command;
    command.argv = {"python3", (fs::path(REHEARSAL_SOURCE_DIR) / "tests/integration/plant_tokens.py").string(),
                    (case_folder(GetParam()) / "dump.sql.gz").string(), (dir_ / "dump.sql").string()};
    command.environment = own_environment();
    const auto result = run_process(command);
    EXPECT_TRUE(result && result->ok()) << (result ? result->err : to_text(result.error()));
    return result ? std::atoi(result->out.c_str()) : 0;
  }

  void write_scenario() const {
    std::string text = read_file(case_folder(GetParam()) / "scenario.toml").value();
    const std::string packed = "dump.sql.gz";
    for (std::size_t at = text.find(packed); at != std::string::npos; at = text.find(packed, at)) {
      text.replace(at, packed.size(), "dump.sql");
    }
    EXPECT_TRUE(write_file(dir_ / "scenario.toml", text));
  }

  int run(std::vector<std::string> arguments) {
    const std::string name = arguments.front();
    const auto result = run_process(rehearse_command(std::move(arguments)));
    EXPECT_TRUE(result) << to_text(result.error());
    look_at(name + ": stdout", result->out);
    look_at(name + ": stderr", result->err);
    said_ = result->out + result->err;
    return result->exit_status;
  }

  // Tokens begin with three letters that stand side by side in no program's word.
  static void look_at(const std::string& where, const std::string& text) {
    int seen = 0;
    for (std::size_t at = text.find("zqx"); at != std::string::npos && seen < 5;
         at = text.find("zqx", at + 3), ++seen) {
      ADD_FAILURE() << where << ": …" << text.substr(at < 120 ? 0 : at - 120, 220) << "…";
    }
  }

  fs::path dir_;
  std::string said_;
};

TEST_P(Masking, NoTokenIsSeenOutside) {
  EXPECT_GT(plant(), 20);
  write_scenario();
  const std::string scenario = (dir_ / "scenario.toml").string();
  run({"inspect", (dir_ / "dump.sql").string()});
  run({"plan", scenario});
  std::vector<std::string> words = {"run", scenario, "--out", (dir_ / "out").string(), "--engine", "process", "-v"};
  if (std::getenv("REHEARSAL_MASKING") == nullptr) {
    words.emplace_back("--no-probes");
    words.emplace_back("--no-twin");  // the sample is to be quick
  }
  const int status = run(words);
  const json expected = json::parse(read_file(case_folder(GetParam()) / "expect.json").value());
  if (expected.contains("refusal")) {
    EXPECT_EQ(status, expected.at("exit")) << said_;
    return;
  }
  ASSERT_TRUE(status == 0 || status == 1 || status == 2) << status << said_;
  const json report = json::parse(read_file(dir_ / "out/report.json").value_or("{}"));
  EXPECT_TRUE(report.at("snapshot").at("verified").get<bool>()) << said_;
  for (const auto& entry : fs::recursive_directory_iterator(dir_ / "out")) {
    std::ifstream file(entry.path(), std::ios::binary);
    look_at(entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}});
  }
  const std::string id = report.at("run");
  for (const char* const format : {"text", "html", "md", "json", "junit", "prom"}) {
    run({"report", id, "--format", format});
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Masking, ::testing::ValuesIn(cases()), [](const auto& told) {
  std::string name = told.param;
  for (char& c : name) {
    c = c == '-' || c == '.' ? '_' : c;
  }
  return name;
});

}  // namespace
}  // namespace rehearsal
