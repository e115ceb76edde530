// Every folder of tests/cases is a story: a dump, a scenario, and what a rehearsal must say of it. REHEARSAL_ENGINES
// names the engines to tell it on (default: process), REHEARSAL_CASES the folders (default: all), REHEARSAL_STATE the
// state directory that they share.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <regex>
#include <string>
#include <tuple>
#include <vector>

#include "integration/program.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Story {
  std::string folder, engine;
};

std::vector<Story> stories() {
  std::vector<Story> result;
  const std::string wanted = from_environment("REHEARSAL_CASES", "");
  const std::vector<std::string> names = split(wanted, ',');
  for (const std::string& engine : split(from_environment("REHEARSAL_ENGINES", "process"), ',')) {
    for (const auto& entry : fs::directory_iterator(fs::path(REHEARSAL_SOURCE_DIR) / "tests/cases")) {
      const std::string name = entry.path().filename().string();
      const bool chosen = wanted.empty() || std::find(names.begin(), names.end(), name) != names.end();
      if (entry.is_directory() && chosen) {
        result.push_back({name, engine});
      }
    }
  }
  std::sort(result.begin(), result.end(),
            [](const Story& a, const Story& b) { return std::tie(a.folder, a.engine) < std::tie(b.folder, b.engine); });
  return result;
}

std::string name_of(const ::testing::TestParamInfo<Story>& info) {
  std::string name = info.param.folder + "_on_" + info.param.engine;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      c = '_';
    }
  }
  return name;
}

const json* first_failed(const json& report) {
  for (const json& step : report.at("steps")) {
    if (step.at("status") == "failed") {
      return &step;
    }
  }
  return nullptr;
}

// "fix_passes" asks for a fix that was tried and passes, or for none that does; "decision" for a part of what a person
// must decide; "keys" for the number of keys shown; all else for fields of the finding.
bool is_as(const json& finding, const std::string& key, const json& value) {
  const json& fix = finding.at("fix");
  if (key == "fix_passes") {
    return (fix.is_object() && fix.at("tried") == true && fix.at("passes") == true) == value;
  }
  if (key == "decision") {
    return fix.is_object() && fix.at("decision").get<std::string>().find(value.get<std::string>()) != std::string::npos;
  }
  if (key == "keys") {
    return finding.at("rows").size() == value;
  }
  return finding.contains(key) && finding.at(key) == value;
}

bool has_finding(const json& report, const json& wanted) {
  for (const json& finding : report.at("findings")) {
    bool same = true;
    for (const auto& [key, value] : wanted.items()) {
      same = same && is_as(finding, key, value);
    }
    if (same) {
      return true;
    }
  }
  return false;
}

// A fix that takes a table or column away takes one that is empty, and the story says which: "empty" lists them. A
// blocker's fix was tried and passes, or is a question.
void expect_no_harm(const json& report, const json& expected) {
  for (const json& finding : report.at("findings")) {
    const json& fix = finding.at("fix");
    const std::string sql = fix.is_object() ? fix.at("sql").get<std::string>() : "";
    if (sql.empty()) {
      continue;
    }
    EXPECT_TRUE(finding.at("severity") != "blocker" || (fix.at("tried") == true && fix.at("passes") == true))
        << finding.dump(2);
    static const std::regex takes(
        R"(DROP\s+(TABLE|COLUMN|DATABASE)|RENAME\s+(TO|TABLE|COLUMN)|TRUNCATE|CHANGE\s|OR\s+REPLACE)",
        std::regex::icase);
    bool named = !std::regex_search(sql, takes);
    for (const json& one : expected.value("empty", json::array())) {
      named = named || sql.find(one.get<std::string>()) != std::string::npos;
    }
    EXPECT_TRUE(named) << "takes something away: " << sql;
  }
}

class Case : public ::testing::TestWithParam<Story> {};

TEST_P(Case, IsToldAsExpected) {
  const fs::path folder = case_folder(GetParam().folder);
  const json expected = json::parse(read_file(folder / "expect.json").value());
  const fs::path out = make_unique_dir(fs::temp_directory_path(), "rehearsal-case").value();

  std::vector<std::string> words = {
      "run", (folder / "scenario.toml").string(), "--out", out.string(), "--engine", GetParam().engine, "--jobs", "1"};
  if (!expected.value("probes", false)) {
    words.emplace_back("--no-probes");  // costs a third of the run, and the old release's code
  }
  if (!expected.value("twin", false)) {
    words.emplace_back("--no-twin");  // costs as much as the run itself, and the code of a further release
  }
  const auto result = run_process(rehearse_command(words));
  ASSERT_TRUE(result) << to_text(result.error());
  ASSERT_EQ(result->exit_status, expected.at("exit")) << result->out << result->err;

  if (expected.contains("refusal")) {
    for (const json& part : expected.at("refusal")) {
      EXPECT_NE(result->err.find(part.get<std::string>()), std::string::npos) << part << "\nnot in\n" << result->err;
    }
    EXPECT_FALSE(fs::exists(out / "report.json"));
    remove_tree(out);
    return;
  }

  const json report = json::parse(read_file(out / "report.json").value());
  EXPECT_NE(report.at("provenance").at("scenario"), "");
  EXPECT_NE(report.at("provenance").at("catalogue"), "");
  const auto verdicts = expected.at("verdicts").get<std::vector<std::string>>();
  EXPECT_NE(std::find(verdicts.begin(), verdicts.end(), report.at("verdict")), verdicts.end()) << report.at("verdict");
  EXPECT_EQ(report.at("schema"), "rehearsal-report/2");
  EXPECT_TRUE(report.at("snapshot").at("verified"));

  const json* failed = first_failed(report);
  if (expected.contains("first_failed")) {
    ASSERT_NE(failed, nullptr);
    EXPECT_EQ(failed->at("id"), expected.at("first_failed"));
    bool told = false;
    for (const json& finding : report.at("findings")) {
      if (finding.at("severity") == "blocker" && finding.at("step") == expected.at("first_failed")) {
        told = told || (finding.at("revision") == expected.at("revision") &&
                        finding.dump().find(json(expected.at("error")).get<std::string>()) != std::string::npos);
      }
    }
    EXPECT_TRUE(told) << "no blocker of that step tells revision and error: " << report.at("findings").dump(2);
  } else {
    EXPECT_EQ(failed, nullptr) << failed->dump(2);
    for (const json& finding : report.at("findings")) {
      // Damage that no exit status tells is a blocker too.
      EXPECT_TRUE(expected.at("exit") == 1 || finding.at("severity") != "blocker") << finding.dump(2);
    }
  }
  for (const json& wanted : expected.value("findings", json::array())) {
    EXPECT_TRUE(has_finding(report, wanted)) << wanted.dump() << "\nnot in\n" << report.at("findings").dump(2);
  }
  for (const json& unwanted : expected.value("absent", json::array())) {
    EXPECT_FALSE(has_finding(report, unwanted)) << unwanted.dump() << "\nin\n" << report.at("findings").dump(2);
  }
  for (const json& wanted : expected.value("waivers", json::array())) {
    EXPECT_TRUE(std::any_of(report.at("waivers").begin(), report.at("waivers").end(),
                            [&](const json& waiver) {
                              json same = waiver;
                              same.update(wanted);
                              return same == waiver;
                            }))
        << wanted.dump() << "\nnot in\n"
        << report.at("waivers").dump(2);
  }
  for (const json& wanted : expected.value("gates", json::array())) {
    EXPECT_TRUE(std::any_of(report.at("gates").begin(), report.at("gates").end(),
                            [&](const json& gate) {
                              json same = gate;
                              same.update(wanted);
                              return same == gate;
                            }))
        << wanted.dump() << "\nnot in\n"
        << report.at("gates").dump(2);
  }
  json skipped = json::array();
  for (const json& one : report.at("scope").at("skipped")) {
    skipped.push_back(one.at("schema"));
  }
  EXPECT_EQ(skipped, expected.value("skipped", json::array()));
  if (expected.contains("only")) {
    EXPECT_EQ(report.at("scope").at("only"), true);
    EXPECT_EQ(report.at("scope").at("services"), expected.at("only"));
    EXPECT_EQ(report.at("snapshot").at("rows"), expected.at("rows"));
  }
  for (const json& reason : report.at("reasons")) {
    EXPECT_TRUE(!reason.contains("finding") || reason.at("finding") < report.at("findings").size()) << reason;
  }
  expect_no_harm(report, expected);
  const std::string all = report.at("snapshot").at("adaptations").dump();
  for (const json& part : expected.value("adaptations", json::array())) {
    EXPECT_NE(all.find(part.get<std::string>()), std::string::npos) << part << "\nnot in\n" << all;
  }
  for (const char* page : {"report.html", "report.md"}) {
    EXPECT_TRUE(fs::exists(out / page)) << page;
  }
  remove_tree(out);
}

INSTANTIATE_TEST_SUITE_P(Cases, Case, ::testing::ValuesIn(stories()), name_of);

}  // namespace
}  // namespace rehearsal
