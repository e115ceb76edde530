// `--kill-drill`: steps are killed in the midst of their work and run again. What stands for the commands takes its
// time between its statements, so that each kill falls where the story wants it.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "integration/program.h"
#include <nlohmann/json.hpp>
#include <signal.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Expand can be repeated at any moment. Migrate makes a table, which takes longest, and notes only at its end that it
// did. Contract takes the table for all of its work, and fills it later; and each time that it runs it adds a row.
constexpr const char* kCommands = R"sh(
config=$(printf '%s\n' "$@" | grep -m 1 '\.conf$')
url=$(sed -n 's|^connection *= *mysql+pymysql://||p' "$config")
export MYSQL_PWD=$(printf '%s' "$url" | sed 's|^[^:]*:||; s|@.*||')
port=$(printf '%s' "$url" | sed 's|.*@[^:/]*:\([0-9]*\)/.*|\1|')
sql() {
  mariadb --no-defaults -N -u "${url%%:*}" -h 127.0.0.1 -P "$port" keystone -e "$1" 2>&1 |
    sed "s|^ERROR \([0-9]*\).*: \(.*\)|pymysql.err.OperationalError: (\1, \"\2\")|" > "$HOME/said"
  cat "$HOME/said"
  ! grep -q pymysql "$HOME/said"
}
case "$*" in
*--expand*)
  sql "SELECT 1; DO SLEEP(0.6); CREATE TABLE IF NOT EXISTS whole (id INT PRIMARY KEY, at DATETIME);
       DO SLEEP(0.7); REPLACE INTO whole VALUES (1, '2024-01-01'), (2, '2024-01-01'); DO SLEEP(0.7);
       UPDATE alembic_version SET version_num = '47147121' WHERE version_num = '29e87d24a316';
       UPDATE alembic_version SET version_num = 'c88cdce8f248' WHERE version_num = 'e25ffa003242'; DO SLEEP(0.1); SELECT 1" ;;
*--migrate*)
  sql "SHOW TABLES LIKE 'noted'" | grep -q noted && exit 0
  sql "DO SLEEP(0.6); CREATE TABLE half (id INT PRIMARY KEY) AS SELECT SLEEP(0.3) AS id; DO SLEEP(4); CREATE TABLE noted (id INT); DO SLEEP(0.1); SELECT 1" ;;
*--contract*)
  sql "SHOW TABLES LIKE 'filled'" | grep -q filled ||
    sql "DO SLEEP(0.6); CREATE TABLE filled (id INT PRIMARY KEY); DO SLEEP(1); INSERT INTO filled VALUES (1), (2), (3)"
  sql "DO SLEEP(0.6); INSERT INTO region (id, description) VALUES (UUID(), ''); DO SLEEP(0.1); SELECT 1" ;;
esac
)sh";

class Drill : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = make_unique_dir(fs::temp_directory_path(), "rehearsal-drill").value();
    const std::string dump = (case_folder("keystone-wrapper-destroys-rows-by-ddl") / "dump.sql.gz").string();
    ASSERT_TRUE(write_file(dir_ / "scenario.toml",
                           "[path]\nfrom = \"2023.1\"\nto = \"2024.1\"\n\n[snapshot]\ndumps = [\"" + dump +
                               "\"]\n\n[service.keystone]\nrunner = \"command\"\n" +
                               "command = [\"/bin/sh\", \"-c\", '''" + kCommands + "''', \"keystone\"]\n"));
  }
  void TearDown() override { remove_tree(dir_); }

  [[nodiscard]] Command run_command(std::vector<std::string> more) const {
    std::vector<std::string> words = {
        "run", (dir_ / "scenario.toml").string(), "--out", (dir_ / "out").string(), "--engine", "process", "--no-twin"};
    words.insert(words.end(), more.begin(), more.end());
    return rehearse_command(words);
  }
  [[nodiscard]] json report() const { return json::parse(read_file(dir_ / "out/report.json").value_or("{}")); }

  static json step_of(const json& report, const std::string& id) {
    for (const json& step : report.at("steps")) {
      if (step.at("id") == id) {
        return step;
      }
    }
    ADD_FAILURE() << "no step " << id;
    return {};
  }
  // How the second runs ended: killed at a tenth, half, nine tenths and in the longest schema statement, the server at
  // half, nothing.
  static std::vector<std::string> ends_of(const json& step) {
    std::vector<std::string> ends;
    for (const json& drill : step.at("drill").at("drills")) {
      ends.push_back(drill.at("end"));
    }
    return ends;
  }

  fs::path dir_;
};

TEST_F(Drill, TellsWhatMayBeRepeatedWhatStopsAndWhatSkipsWork) {
  const auto ran = run_process(run_command({"--kill-drill"}));
  ASSERT_TRUE(ran);
  const json told = report();
  ASSERT_TRUE(told.contains("steps")) << ran->out << ran->err;

  const json expand = step_of(told, "keystone:2024.1:expand");
  EXPECT_EQ(ends_of(expand), (std::vector<std::string>(6, "converges"))) << expand.at("drill").dump(2);
  EXPECT_EQ(expand.at("drill").at("may_be_repeated"), "proven");
  EXPECT_NEAR(expand.at("talk").at("seconds").get<double>(), 2.1, 0.5);
  EXPECT_EQ(expand.at("talk").at("schema_statements"), 1);
  const json& half = expand.at("drill").at("drills").at(1);
  EXPECT_NEAR(half.at("until").at("seconds").get<double>(), 1.05, 0.3);
  EXPECT_EQ(half.at("until").at("schema_statements"), 1);
  EXPECT_EQ(expand.at("drill").at("drills").at(0).at("until").at("schema_statements"), 0);

  const json migrate = step_of(told, "keystone:2024.1:migrate");
  EXPECT_EQ(ends_of(migrate), (std::vector<std::string>{"converges", "stops", "stops", "stops", "stops", "converges"}))
      << migrate.at("drill").dump(2);
  EXPECT_EQ(migrate.at("drill").at("drills").at(1).at("words"), "Table 'half' already exists (1050)");
  EXPECT_EQ(migrate.at("drill").at("may_be_repeated"), "no");

  const json contract = step_of(told, "keystone:2024.1:contract");
  const json& drills = contract.at("drill").at("drills");
  EXPECT_EQ(ends_of(contract),
            (std::vector<std::string>{"converges", "differs", "converges", "differs", "differs", "differs"}))
      << contract.at("drill").dump(2);
  EXPECT_EQ(drills.at(1).at("words"), "keystone.filled lacks 3 rows");
  EXPECT_EQ(drills.at(1).at("table"), "keystone.filled");
  EXPECT_EQ(drills.at(1).at("row_count"), 3);
  EXPECT_EQ(drills.at(1).at("rows").size(), 3U);
  EXPECT_EQ(drills.at(5).at("words"), "keystone.region has 1 row too many");

  std::vector<std::string> codes;
  for (const json& finding : told.at("findings")) {
    const std::string code = finding.at("code");
    if (code.starts_with("step-not") || code.starts_with("step-skips") || code.starts_with("second-run")) {
      codes.push_back(code);
      EXPECT_EQ(finding.at("severity"), "warning");
    }
  }
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(codes, (std::vector<std::string>{"second-run-changes", "step-not-repeatable", "step-skips-after-kill"}));
  EXPECT_NE(ran->out.find("1 of 5 steps may be repeated"), std::string::npos) << ran->out;
  EXPECT_NE(ran->err.find("drill 2 of 6: killed at half of its time"), std::string::npos) << ran->err;

  // The lane is what it is without drills.
  const auto plain = run_process(run_command({}));
  ASSERT_TRUE(plain);
  const json without = report();
  EXPECT_EQ(without.at("steps").size(), told.at("steps").size());
  for (const json& step : without.at("steps")) {
    EXPECT_TRUE(step.at("drill").is_null());
    const json drilled = step_of(told, step.at("id"));
    for (const char* field : {"status", "tables", "schema", "revisions"}) {
      EXPECT_EQ(step.at(field), drilled.at(field)) << step.at("id");
    }
  }
  ASSERT_EQ(without.at("gates").size(), told.at("gates").size());
  for (std::size_t i = 0; i < told.at("gates").size(); ++i) {
    for (const char* field : {"id", "result", "detail"}) {
      EXPECT_EQ(without.at("gates").at(i).at(field), told.at("gates").at(i).at(field));
    }
  }
  EXPECT_LE(plain->exit_status, ran->exit_status);
}

TEST_F(Drill, OfOneStepIsBrokenOffAndDoneWhenTheRunIsResumed) {
  auto child = Child::start(run_command({"--kill-drill", "keystone:2024.1:expand"}));
  ASSERT_TRUE(child);
  fs::path run;
  for (int i = 0; i < 6000 && (run.empty() || !fs::exists(run / "steps/keystone_2024.1_expand/drill-3")); ++i) {
    for (const std::string& folder : paths_in(shared_state(), {"runs"})) {
      const json asked = json::parse(read_file(fs::path(folder) / "request.json").value_or("{}"), nullptr, false);
      run = asked.is_object() && asked.value("out", "") == (dir_ / "out").string() ? fs::path(folder) : run;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ::kill(child->pid(), SIGINT);
  EXPECT_EQ(child->wait(60), 130);
  const json expand = step_of(report(), "keystone:2024.1:expand");
  EXPECT_EQ(expand.at("status"), "passed");
  EXPECT_EQ(ends_of(expand),
            (std::vector<std::string>{"converges", "not-done", "not-done", "not-done", "not-done", "not-done"}));
  EXPECT_EQ(expand.at("drill").at("may_be_repeated"), "not-proven");

  const auto resumed = run_process(rehearse_command({"resume", run.filename().string()}));
  ASSERT_TRUE(resumed);
  const json told = report();
  EXPECT_EQ(step_of(told, "keystone:2024.1:expand").at("drill").at("may_be_repeated"), "proven") << resumed->err;
  EXPECT_TRUE(step_of(told, "keystone:2024.1:contract").at("drill").is_null()) << "it was not asked for";
  EXPECT_TRUE(run_process(rehearse_command({"clean"})));
}

TEST_F(Drill, OfAStepThatIsNotThereSaysWhichOnesThereAre) {
  const auto refused = run_process(run_command({"--kill-drill", "keystone:2024.1:expnd"}));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->exit_status, 64) << refused->err;
  EXPECT_NE(refused->err.find("did you mean 'keystone:2024.1:expand'?"), std::string::npos) << refused->err;
  EXPECT_NE(refused->err.find("keystone:2024.1:contract"), std::string::npos) << refused->err;
}

}  // namespace
}  // namespace rehearsal
