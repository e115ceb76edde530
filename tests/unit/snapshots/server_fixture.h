// A private MariaDB server for tests, made once a test suite. Tests skip where MariaDB is not installed.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "base/process.h"
#include "base/sql/sql.h"

namespace rehearsal {

class TestServer {
 public:
  static constexpr const char* kPassword = "it's secret";
  static constexpr const char* kNotInstalled = "mariadbd and mariadb-install-db are not installed";

  // Makes the data directory; nullptr and a reason where that cannot be.
  static std::unique_ptr<TestServer> make(std::string& why) {
    if (find_program("mariadbd").empty() || find_program("mariadb-install-db").empty()) {
      why = kNotInstalled;
      return nullptr;
    }
    auto server = std::make_unique<TestServer>();
    auto dir = make_unique_dir(std::filesystem::temp_directory_path(), "restore-test");
    if (!dir) {
      why = to_text(dir.error());
      return nullptr;
    }
    server->dir_ = *dir;
    std::ofstream(server->dir_ / "account.sql")
        << "FLUSH PRIVILEGES;\nDELETE FROM mysql.global_priv WHERE NOT (User='root' AND Host='localhost')"
           " AND User<>'mariadb.sys';\nFLUSH PRIVILEGES;\n"
           "ALTER USER root@localhost IDENTIFIED BY 'it\\'s secret';\n";
    Command install;
    install.argv = {"mariadb-install-db",
                    "--no-defaults",
                    "--user=root",
                    "--datadir=" + server->data().string(),
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--extra-file=" + (server->dir_ / "account.sql").string()};
    install.environment = own_environment();
    // A server that starts removes the temporary tables of all others in its temporary folder.
    install.environment["TMPDIR"] = server->dir_.string();
    install.timeout_seconds = 60;
    const auto made = run_checked(install);
    if (!made) {
      why = to_text(made.error());
      return nullptr;
    }
    return server;
  }
  ~TestServer() {
    kill();
    static_cast<void>(remove_tree(dir_));
  }

  [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }
  [[nodiscard]] std::filesystem::path data() const { return dir_ / "data"; }
  [[nodiscard]] std::filesystem::path socket() const { return dir_ / "sock"; }

  // False where it does not answer within 30 seconds.
  bool start(const std::vector<std::string>& options = {}, const std::filesystem::path& data_dir = {}) {
    Command command;
    command.argv = {find_program("mariadbd").string(), "--no-defaults", "--user=root"};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.argv.insert(command.argv.end(),
                        {"--datadir=" + (data_dir.empty() ? data() : data_dir).string(), "--skip-networking",
                         "--socket=" + socket().string(), "--event-scheduler=OFF", "--tmpdir=" + dir_.string(),
                         "--pid-file=" + (dir_ / "pid").string()});
    command.environment = own_environment();
    command.output_file = dir_ / "log";
    command.error_file = dir_ / "log";
    auto child = Child::start(command);
    if (!child) {
      return false;
    }
    child_.emplace(std::move(*child));
    for (int turn = 0; turn < 1500; ++turn) {
      if (Sql::connect(socket(), "root", kPassword)) {
        return true;
      }
      if (!child_->running()) {
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  int stop() {
    if (!child_) {
      return 0;
    }
    child_->signal(SIGTERM);
    const int status = child_->wait(60);
    child_.reset();
    return status;
  }
  void kill() { child_.reset(); }
  void signal(int number) { child_->signal(number); }

  [[nodiscard]] std::unique_ptr<Sql> sql() const {
    auto made = Sql::connect(socket(), "root", kPassword);
    EXPECT_TRUE(made) << (made ? "" : to_text(made.error()));
    return made ? std::move(*made) : nullptr;
  }
  [[nodiscard]] std::string log() const { return read_tail(dir_ / "log", 3000); }

 private:
  std::filesystem::path dir_;
  std::optional<Child> child_;
};

// One server for all tests of a suite.
class ServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = TestServer::make(why_);
    broken_ = !server_ && why_ != TestServer::kNotInstalled;
    if (server_ && !server_->start({"--skip-log-bin", "--innodb-flush-method=nosync", "--debug-no-sync"})) {
      why_ = "the test server does not start: " + server_->log();
      broken_ = true;
    }
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    ASSERT_FALSE(broken_) << why_;
    if (!server_) {
      GTEST_SKIP() << why_;
    }
  }
  static inline std::unique_ptr<TestServer> server_;
  static inline std::string why_;
  static inline bool broken_ = false;
};

}  // namespace rehearsal
