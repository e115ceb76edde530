// A cloud that comes as a folder, of mariadb-backup or of mydumper, is rehearsed as its dump would be.

#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include "integration/program.h"
#include "unit/snapshots/server_fixture.h"
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

// The cloud of a case, on a server of its own.
class Folders : public ServerTest {
 protected:
  static void SetUpTestSuite() {
    ServerTest::SetUpTestSuite();
    if (server_ == nullptr || broken_) {
      return;
    }
    const std::string dump = (case_folder(kCase) / "dump.sql.gz").string();
    EXPECT_EQ(shell("gzip -dc " + dump + " | mariadb -u root -S " + server_->socket().string()), "");
    EXPECT_EQ(back_up(backup()), "");
  }
  // What it says where it fails; nothing where it does not.
  static std::string shell(const std::string& line) {
    Command command = {{"bash", "-o", "pipefail", "-c", line}, own_environment(), {}, {}, {}, {}, 300, true};
    command.environment["MYSQL_PWD"] = TestServer::kPassword;
    const auto result = run_process(command);
    return !result        ? to_text(result.error())
           : result->ok() ? ""
                          : "exit status " + std::to_string(result->exit_status) + ": " + result->err;
  }
  static std::string back_up(const fs::path& to) {
    return shell("mariadb-backup --no-defaults --backup -u root -p\"$MYSQL_PWD\" -S " + server_->socket().string() +
                 " --target-dir=" + to.string() + " 2>" + (server_->dir() / "backup.log").string());
  }
  static fs::path backup() { return server_->dir() / "backup"; }

  static std::map<std::string, fs::file_time_type> files_of(const fs::path& folder) {
    std::map<std::string, fs::file_time_type> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      files[entry.path().string()] = entry.last_write_time();
    }
    return files;
  }
  static Command add(const fs::path& folder, const fs::path& state, const std::string& verify = "counts") {
    return rehearse_command({"snapshot", "add", folder.string(), "--engine", "process", "--verify", verify},
                            state.string());
  }
  static void expect_no_run_in(const fs::path& state) { EXPECT_EQ(run_folders(state), std::vector<std::string>()); }

  void rehearse_folder(const fs::path& folder) {
    std::string scenario = read_file(case_folder(kCase) / "scenario.toml").value();
    scenario = replace_all(scenario, "dump.sql.gz", folder.string());
    const fs::path file = server_->dir() / "scenario.toml";
    const fs::path out = server_->dir() / "out";
    remove_tree(out);
    ASSERT_TRUE(write_file(file, scenario));
    const auto ran = run_process(rehearse_command(
        {"run", file.string(), "--out", out.string(), "--engine", "process", "--no-twin", "--no-probes"}));
    ASSERT_TRUE(ran && ran->exit_status == 0) << (ran ? ran->out + ran->err : to_text(ran.error()));
    const auto report = nlohmann::json::parse(read_file(out / "report.json").value());
    EXPECT_NE(report.at("verdict"), "INCONCLUSIVE");
    EXPECT_EQ(report.at("path").at("to"), "2024.1");
    EXPECT_TRUE(report.at("snapshot").at("verified"));
    EXPECT_NE(report.at("snapshot").at("dumps").dump().find(folder.filename().string()), std::string::npos);
    EXPECT_FALSE(fs::exists(shared_state() + "/runs/" + report.at("run").get<std::string>() + "/backup-1.sql"));
  }

  static constexpr const char* kCase = "control-glance-healthy";
};

TEST_F(Folders, APhysicalBackupIsRehearsedAndNotTouched) {
  const auto before = files_of(backup());
  rehearse_folder(backup());
  EXPECT_EQ(files_of(backup()), before);
}

TEST_F(Folders, AMydumperDirectoryIsRehearsed) {
  const fs::path folder = server_->dir() / "mydumper";
  ASSERT_EQ(shell("mydumper --password \"$MYSQL_PWD\" -u root -S " + server_->socket().string() + " -o " +
                  folder.string() + " -B glance --threads 1"),
            "");
  rehearse_folder(folder);
}

TEST_F(Folders, APhysicalBackupIsKeptByWhatItHolds) {
  const fs::path state = server_->dir() / "state";
  const auto first = run_process(add(backup(), state, "content"));
  ASSERT_TRUE(first && first->ok()) << first->err;
  EXPECT_NE(first->err.find("every value of"), std::string::npos) << first->err;
  // Another backup of the same rows is the same cloud.
  const fs::path again = server_->dir() / "again";
  ASSERT_EQ(back_up(again), "");
  const auto second = run_process(add(again, state));
  ASSERT_TRUE(second && second->ok()) << second->err;
  EXPECT_EQ(second->out, first->out);
  EXPECT_NE(second->err.find("restored from the same dumps"), std::string::npos) << second->err;
  expect_no_run_in(state);
  remove_tree(again);
  ASSERT_TRUE(run_process(rehearse_command({"clean"}, state.string())));
}

TEST_F(Folders, ADamagedBackupIsRefusedAndLeavesNothing) {
  const fs::path state = server_->dir() / "state-of-damaged";
  for (const std::string damage : {"truncate -s 3M ibdata1", "rm -r mysql"}) {
    SCOPED_TRACE(damage);
    const fs::path copy = server_->dir() / "damaged";
    ASSERT_EQ(shell("cp -a " + backup().string() + " " + copy.string() + " && cd " + copy.string() + " && " + damage),
              "");
    const auto added = run_process(add(copy, state));
    ASSERT_TRUE(added);
    EXPECT_EQ(added->exit_status, 65) << added->err;
    EXPECT_NE(added->err.find("damaged"), std::string::npos) << added->err;
    expect_no_run_in(state);
    remove_tree(copy);
  }
  ASSERT_TRUE(run_process(rehearse_command({"clean"}, state.string())));
}

TEST_F(Folders, ABackupThatIsInterruptedAnywhereLeavesNothing) {
  const fs::path state = server_->dir() / "state-of-interrupted";
  bool ended = false;
  for (int moment = 1; !ended && moment <= 40; ++moment) {
    SCOPED_TRACE("after " + std::to_string(300 * moment) + " ms");
    auto child = Child::start(add(backup(), state));
    ASSERT_TRUE(child);
    std::this_thread::sleep_for(std::chrono::milliseconds(300 * moment));
    ::kill(child->pid(), SIGINT);  // once: a second one ends it at once
    const int status = child->wait();
    ended = status == 0;
    EXPECT_TRUE(ended || status == 130) << status;
    expect_no_run_in(state);
  }
  EXPECT_TRUE(ended);
  ASSERT_TRUE(run_process(rehearse_command({"clean"}, state.string())));
}

}  // namespace
}  // namespace rehearsal
