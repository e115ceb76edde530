// A healthy cloud keeps quiet: the control cases, and the dumps of REHEARSAL_HEALTHY (a folder of RELEASE.sql.gz), over
// every SLURP and every sequential hop that lies before them. Nothing about rows may be told, nothing may fail. Takes
// an hour and an environment for each service and release, so it is no part of `make test`. REHEARSAL_WALKS names those
// to walk ("2023.1-slurp,control-glance-healthy-sequential"), REHEARSAL_REPORTS a folder that keeps the reports.

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "integration/program.h"
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kLast = "2026.2";
constexpr const char* kLastSlurp = "2026.1";

// The records of computes in these dumps were written once and no later release's compute renewed them.
constexpr const char* kOldComputes =
    "\n[service.nova]\nconfig = \"\"\"\n[workarounds]\ndisable_compute_service_check_for_ffu = true\n\"\"\"\n";

struct Walk {
  std::string name, from, to, via;
  fs::path dump;
  bool computes = true;  // the dump holds their records
};

// The value of `key = "…"` in a scenario.
std::string value_of(const std::string& scenario, const std::string& key) {
  for (const std::string& line : lines_of(scenario)) {
    if (line.starts_with(key + " ")) {
      const std::size_t open = line.find('"');
      return line.substr(open + 1, line.find('"', open + 1) - open - 1);
    }
  }
  return {};
}

void add_walks(const std::string& name, const std::string& from, const fs::path& dump, bool computes,
               std::vector<Walk>& walks) {
  if (from < kLastSlurp) {
    walks.push_back({name + "-slurp", from, kLastSlurp, "slurp", dump, computes});
  }
  walks.push_back({name + "-sequential", from, kLast, "sequential", dump, computes});
}

std::vector<Walk> all_walks() {
  std::vector<Walk> walks;
  const fs::path folder = from_environment("REHEARSAL_HEALTHY", "");
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string file = at->path().filename().string();
    if (file.ends_with(".sql.gz")) {
      const std::string release = file.substr(0, file.size() - std::string(".sql.gz").size());
      add_walks(release, release, fs::absolute(at->path()), true, walks);
    }
  }
  for (const auto& entry : fs::directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / "tests/cases")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("control-")) {
      const std::string scenario = read_file(entry.path() / "scenario.toml").value();
      const bool computes = scenario.find("[service.nova]") != std::string::npos;
      add_walks(name, value_of(scenario, "from"), entry.path() / "dump.sql.gz", computes, walks);
    }
  }
  const std::string wanted = from_environment("REHEARSAL_WALKS", "");
  const std::vector<std::string> names = split(wanted, ',');
  std::erase_if(walks, [&](const Walk& walk) {
    return !wanted.empty() && std::find(names.begin(), names.end(), walk.name) == names.end();
  });
  std::sort(walks.begin(), walks.end(), [](const Walk& a, const Walk& b) { return a.name < b.name; });
  return walks;
}

std::string name_of(const ::testing::TestParamInfo<Walk>& info) {
  return replace_all(replace_all(info.param.name, ".", "_"), "-", "_");
}

// What a schema or a server is like, a check asks of an operator, which services run beside it, or a lock costs, says
// nothing of rows.
bool is_about_rows(const json& finding) {
  static const std::set<std::string> kNotOfRows = {"schema-drift",           "blocking-copy",   "long-statement",
                                                   "check-warning",          "outcome-differs", "migration-not-applied",
                                                   "service-version-too-old"};
  return !kNotOfRows.contains(finding.at("code").get<std::string>());
}

class Healthy : public ::testing::TestWithParam<Walk> {};

TEST_P(Healthy, NothingIsToldOfRows) {
  const Walk& walk = GetParam();
  const fs::path dir = make_unique_dir(fs::temp_directory_path(), "rehearsal-healthy").value();
  ASSERT_TRUE(write_file(dir / "scenario.toml", fmt::format("[path]\nfrom = \"{}\"\nto = \"{}\"\nvia = \"{}\"\n\n"
                                                            "[snapshot]\ndumps = [\"{}\"]\n{}",
                                                            walk.from, walk.to, walk.via, walk.dump.string(),
                                                            walk.computes ? kOldComputes : "")));
  Command command = rehearse_command(
      {"run", (dir / "scenario.toml").string(), "--out", (dir / "out").string(), "--engine", "process", "--jobs", "1"});
  if (from_environment("REHEARSAL_TWIN", "yes") == "no") {
    command.argv.emplace_back("--no-twin");
  }
  command.timeout_seconds = 6 * 3600;
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->exit_status, 0) << result->out << result->err;
  const auto text = read_file(dir / "out" / "report.json");
  ASSERT_TRUE(text) << result->err;
  if (const std::string keep = from_environment("REHEARSAL_REPORTS", ""); !keep.empty()) {
    EXPECT_TRUE(write_file(fs::path(keep) / (walk.name + ".json"), *text));
  }
  const json report = json::parse(*text);
  for (const json& step : report.at("steps")) {
    EXPECT_TRUE(step.at("status") == "passed" || step.at("status") == "skipped") << step.at("id");
  }
  for (const json& finding : report.at("findings")) {
    EXPECT_NE(finding.at("severity"), "blocker") << finding.dump(2);
    EXPECT_TRUE(finding.at("severity") == "info" || !is_about_rows(finding)) << finding.dump(2);
  }
  for (const json& gate : report.at("gates")) {
    const bool beside = gate.at("result") == "not-run" && gate.at("mandatory") == false;
    EXPECT_TRUE(gate.at("result") == "passed" || beside) << gate.dump(2);
  }
  remove_tree(dir);
}

INSTANTIATE_TEST_SUITE_P(Walks, Healthy, ::testing::ValuesIn(all_walks()), name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Healthy);

}  // namespace
}  // namespace rehearsal
