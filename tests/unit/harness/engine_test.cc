#include <algorithm>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/files.h"
#include "base/sql/sql.h"
#include "base/text.h"
#include "harness/engines/account_names.h"
#include "harness/engines/container_command.h"
#include "harness/engines/container_engine.h"
#include "harness/engines/engines.h"
#include "harness/engines/marked_processes.h"
#include "harness/engines/platform.h"
#include "harness/engines/sandbox.h"
#include "harness/engines/server_command.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

bool has(const std::vector<std::string>& argv, const std::vector<std::string>& words) {
  return std::search(argv.begin(), argv.end(), words.begin(), words.end()) != argv.end();
}

ServerSpec some_server() {
  ServerSpec spec;
  spec.name = "rh-server";
  spec.run = "run-1";
  spec.data = "/state/data";
  spec.run_dir = "/tmp/r";
  spec.options = {"--bind-address=0.0.0.0", "--secure-file-priv="};
  return spec;
}

TEST(ServerCommand, NoOptionOfAScenarioCanOpenTheServer) {
  const std::vector<std::string> argv = server_arguments(some_server(), false);
  const auto last = [&](const std::string& option) {
    const auto found = std::find_if(argv.rbegin(), argv.rend(),
                                    [&](const std::string& word) { return word.starts_with(option + "="); });
    return found == argv.rend() ? std::string() : found->substr(option.size() + 1);
  };
  EXPECT_EQ(argv[0], "mariadbd");
  EXPECT_EQ(argv[1], "--no-defaults");
  EXPECT_EQ(last("--bind-address"), "127.0.0.1");
  EXPECT_EQ(last("--secure-file-priv"), "/rehearsal/data/#tmp");
  EXPECT_EQ(last("--socket"), "/tmp/r/mysqld.sock");
  EXPECT_FALSE(has(argv, {"--user=root"}));
  EXPECT_TRUE(has(server_arguments(some_server(), true), {"--user=root"}));
}

TEST(ServerCommand, ASocketThatTheKernelWouldCutIsRefused) {
  ServerSpec spec = some_server();
  spec.run_dir = "/" + std::string(110, 'x');
  const Result<void> checked = check_server_spec(spec);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().what.find("107 bytes"), std::string::npos);
}

TEST(ServerCommand, ReadsTheVersionAndRefusesAnotherServer) {
  EXPECT_EQ(parse_server_version("mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64"),
            "mariadb 10.11.14");
  EXPECT_FALSE(parse_server_version("/usr/sbin/mysqld  Ver 8.0.36 for Linux on x86_64 (MySQL Community)"));
  EXPECT_FALSE(parse_server_version(""));
}

TEST(ServerCommand, ThePasswordIsQuotedInTheAccounts) {
  EXPECT_NE(account_sql("it's").find(sql_string("it's")), std::string::npos);
}

TEST(Platform, IsOneWordThatFitsIntoAFileName) {
  EXPECT_EQ(parse_platform("debian12-x86_64-cpython3.11-usr\n"), "debian12-x86_64-cpython3.11-usr");
  EXPECT_FALSE(parse_platform("../somewhere"));
  EXPECT_FALSE(parse_platform(""));
}

TEST(Sandbox, AStepGetsNoHostEtcNoHostEnvironmentAndOnlyItsMounts) {
  SandboxSpec spec;
  spec.network = SandboxNetwork::own;
  spec.etc = "/state/etc";
  spec.mounts = {{"/state/step", "/work", true}, {"/state/env", "/state/env", false}};
  spec.environment = {{"LANG", "C.UTF-8"}};
  spec.directory = "/work";
  spec.argv = {"thing-manage", "db", "sync"};
  const std::vector<std::string> argv = sandbox_arguments(spec);
  EXPECT_TRUE(has(argv, {"--unshare-net"}));
  EXPECT_TRUE(has(argv, {"--unshare-pid"}));
  EXPECT_TRUE(has(argv, {"--die-with-parent"}));
  EXPECT_TRUE(has(argv, {"--cap-drop", "ALL"}));
  EXPECT_TRUE(has(argv, {"--ro-bind-try", "/proc/sys", "/proc/sys"}));
  EXPECT_TRUE(has(argv, {"--seccomp", std::to_string(kFilterNumber)}));
  EXPECT_TRUE(has(argv, {"--clearenv", "--setenv", "LANG", "C.UTF-8", "--", "thing-manage", "db", "sync"}));
  EXPECT_TRUE(has(argv, {"--bind", "/state/step", "/work"}));
  EXPECT_TRUE(has(argv, {"--ro-bind", "/state/env", "/state/env"}));
  EXPECT_TRUE(has(argv, {"--ro-bind", "/state/etc/passwd", "/etc/passwd"}));
  EXPECT_FALSE(has(argv, {"/etc", "/etc"}));
  EXPECT_FALSE(has(argv, {"/etc/resolv.conf", "/etc/resolv.conf"}));
  // Only what installs packages resolves names as the machine does.
  spec.network = SandboxNetwork::machine;
  EXPECT_FALSE(has(sandbox_arguments(spec), {"--unshare-net"}));
  EXPECT_FALSE(has(sandbox_arguments(spec), {"/etc/resolv.conf"}));
}

TEST(Sandbox, OfTheOperatorsEnvironmentOnlyTheWayToThePackageIndexIsPassedOn) {
  const Environment kept = network_environment({{"PIP_INDEX_URL", "x"},
                                                {"https_proxy", "y"},
                                                {"HTTPS_PROXY", "y"},
                                                {"SSL_CERT_FILE", "z"},
                                                {"UV_INDEX_URL", "w"},
                                                {"OS_PASSWORD", "secret"},
                                                {"HOME", "/home/me"}});
  EXPECT_EQ(kept.size(), 5U);
  EXPECT_FALSE(kept.contains("OS_PASSWORD"));
}

TEST(ContainerCommand, TheServerHasNoNetworkAndNoPowers) {
  const ContainerHost host = {EngineKind::docker, 1000, 1001, "/state/etc", 0};
  ServerSpec spec = some_server();
  spec.memory_bytes = 1024;
  const std::vector<std::string> argv = server_container_arguments(host, spec, "image:1");
  EXPECT_TRUE(has(argv, {"docker", "run"}));
  EXPECT_TRUE(has(argv, {"--network", "none"}));
  EXPECT_TRUE(has(argv, {"--read-only"}));
  EXPECT_TRUE(has(argv, {"--cap-drop", "ALL"}));
  EXPECT_TRUE(has(argv, {"--security-opt", "no-new-privileges"}));
  EXPECT_TRUE(has(argv, {"--user", "1000:1001"}));
  EXPECT_TRUE(has(argv, {"--memory", "1024b"}));
  EXPECT_TRUE(has(argv, {"--label", "rehearsal.run=run-1"}));
  EXPECT_TRUE(has(argv, {"--mount", "type=bind,source=/state/data,target=/rehearsal/data"}));
  EXPECT_TRUE(has(argv, {"--entrypoint", "mariadbd", "image:1", "--no-defaults"}));
  EXPECT_FALSE(has(argv, {"--user=root"}));
}

TEST(ContainerCommand, APathWithCommasAndQuotesIsOneField) {
  ServerSpec spec = some_server();
  spec.data = "/my state/a,b \"c\"/data";
  const std::vector<std::string> argv =
      server_container_arguments({EngineKind::docker, 0, 0, "/e", 0}, spec, "image:1");
  EXPECT_TRUE(has(argv, {"--mount", "type=bind,\"source=/my state/a,b \"\"c\"\"/data\",target=/rehearsal/data"}));
}

TEST(ContainerCommand, AStepJoinsItsServersNetworkAndItsImageIsNeverPulled) {
  const ContainerHost host = {EngineKind::podman, 1000, 1000, "/state/etc", 20000};
  StepSpec step;
  step.name = "rh-step";
  step.run = "run-1";
  step.argv = {"thing-manage", "db", "sync"};
  step.mounts = {{"/state/env", "/state/env", false}};
  step.image = "registry/thing:1";
  const std::vector<std::string> argv = step_container_arguments(host, step, "runner", "container:rh-server");
  EXPECT_TRUE(has(argv, {"--network", "container:rh-server"}));
  EXPECT_TRUE(has(argv, {"--security-opt", "seccomp=/state/etc/step-seccomp.json"}));
  EXPECT_TRUE(has(argv, {"--memory", "4294967296b", "--memory-swap", "4294967296b"}));
  EXPECT_TRUE(has(argv, {"--pids-limit", "512"}));
  EXPECT_TRUE(has(argv, {"--tmpfs", "/tmp:rw,exec,mode=1777,size=1073741824"}));
  EXPECT_TRUE(has(argv, {"--pull", "never"}));
  EXPECT_TRUE(has(argv, {"--userns=container:rh-server"}));
  EXPECT_TRUE(has(step_container_arguments(host, step, "runner", "none"), {"--userns=keep-id"}));
  EXPECT_TRUE(has(argv, {"--ulimit", "nofile=20000:20000"}));
  EXPECT_TRUE(has(argv, {"--mount", "type=bind,source=/state/env,target=/state/env,readonly"}));
  EXPECT_TRUE(has(argv, {"--entrypoint", "thing-manage", "registry/thing:1", "db", "sync"}));
  EXPECT_FALSE(has(argv, {"runner"}));
}

// Told apart in two streams, "out" and "err" came back in either order.
TEST(ContainerCommand, AStepsWordsTravelInOneStream) {
  StepSpec step;
  step.argv = {"thing-manage", "db", "it's"};
  step.output_file = "/state/output.txt";
  const std::vector<std::string> argv =
      step_container_arguments({EngineKind::docker, 0, 0, "/e", 0}, step, "runner", "none");
  EXPECT_TRUE(has(argv, {"--entrypoint", "/bin/sh", "runner", "-c"}));
  EXPECT_TRUE(has(argv, {kStepShell, "thing-manage", "db", "it's"}));
  EXPECT_TRUE(argv[argv.size() - 5].starts_with("\"$@\" 2>&1; "));
}

// A real server and real steps. Skipped, with the reason, where the machine cannot.
class RealEngine : public testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    const Result<fs::path> made = make_unique_dir(fs::temp_directory_path(), "rehearsal-test");
    ASSERT_TRUE(made);
    state_ = *made;
    options_.state = state_;
    options_.docker_folder = fs::path(REHEARSAL_SOURCE_DIR) / "docker";
    for (const EngineHealth& health : examine_engines(options_)) {
      if (health.engine == GetParam() && !health.problems.empty()) {
        GTEST_SKIP() << join(health.problems, "; ");
      }
      // A unit test builds no images.
      if (health.engine == GetParam() && health.detail.find("made on first use") != std::string::npos) {
        GTEST_SKIP() << health.detail;
      }
    }
    Result<std::unique_ptr<Engine>> engine = make_engine(GetParam(), options_);
    ASSERT_TRUE(engine) << to_text(engine.error());
    engine_ = std::move(*engine);
    run_ = "test-" + state_.filename().string();
    spec_.name = "rehearsal-" + run_ + "-server";
    spec_.run = run_;
    spec_.data = state_ / "data";
    spec_.run_dir = state_ / "r";
    spec_.options = {"--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M"};
    ASSERT_TRUE(make_private_dir(spec_.run_dir));
    const Result<void> prepared = engine_->prepare();
    ASSERT_TRUE(prepared) << to_text(prepared.error());
    const Result<void> database = engine_->make_database(spec_.data, "pass'word");
    ASSERT_TRUE(database) << to_text(database.error());
    Result<std::unique_ptr<Server>> server = engine_->start(spec_);
    ASSERT_TRUE(server) << to_text(server.error());
    server_ = std::move(*server);
  }

  void TearDown() override {
    server_.reset();
    if (engine_) {
      const Result<std::vector<std::string>> left = engine_->remove_leftovers({run_});
      EXPECT_TRUE(left && left->empty()) << (left ? join(*left, ", ") : to_text(left.error()));
    }
    remove_tree(state_);
  }

  Result<ProcessResult> python(const std::string& script, double timeout_seconds = 60) {
    StepSpec step;
    step.name = "rehearsal-" + run_ + "-step";
    step.run = run_;
    step.argv = {"/usr/bin/python3", "-I", "-c", script};
    step.output_file = state_ / "output.txt";
    step.timeout_seconds = timeout_seconds;
    return engine_->run_step(*server_, step);
  }
  [[nodiscard]] std::string output() const { return read_file(state_ / "output.txt").value_or(""); }

  fs::path state_;
  EngineOptions options_;
  std::string run_;
  std::unique_ptr<Engine> engine_;
  ServerSpec spec_;
  std::unique_ptr<Server> server_;
};

TEST_P(RealEngine, AProgramThatCannotBeStartedIsNoFailureOfTheStep) {
  StepSpec step;
  step.name = "rehearsal-" + run_ + "-step";
  step.run = run_;
  step.output_file = state_ / "output.txt";
  step.timeout_seconds = 60;
  for (const char* program : {"/usr/bin/no-such-manage", "no-such-manage", "/etc"}) {
    step.argv = {program, "db", "sync"};
    const Result<ProcessResult> result = engine_->run_step(*server_, step);
    ASSERT_FALSE(result) << program << ": " << result->exit_status << " " << output();
    EXPECT_EQ(result.error().what, "the program cannot be started");
    EXPECT_EQ(result.error().where, program);
  }
  // The same exit status of its own is the step's.
  const Result<ProcessResult> own = python("import sys; print('bad count'); sys.exit(127)");
  ASSERT_TRUE(own) << to_text(own.error());
  EXPECT_EQ(own->exit_status, 127);
}

TEST_P(RealEngine, FromInsideAStepNoAddressButLoopbackAnswers) {
  const Result<ProcessResult> result = python(R"(
import errno, os, socket
for address in ("192.0.2.1", "10.0.0.1", "172.17.0.1", "192.168.0.1", "169.254.169.254", "8.8.8.8"):
    try:
        socket.create_connection((address, 80), 5)
        print("CONNECTED", address)
    except OSError as error:
        if error.errno != errno.ENETUNREACH:
            print("NOT UNREACHABLE", address, error)
try:
    print("RESOLVED", socket.getaddrinfo("example.org", 80))
except OSError:
    pass
for path in ("/etc/shadow", "/var/run/docker.sock", "/run/docker.sock", "/run/mysqld", "/run/systemd"):
    if os.path.exists(path):
        print("VISIBLE", path)
if "nameserver 127.0.0.1" not in open("/etc/resolv.conf").read():
    print("HOST RESOLV.CONF")
try:
    open("/usr/written", "w")
    print("WRITABLE")
except OSError:
    pass
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 5:
    print("PROCESSES OF THE MACHINE")
greeting = socket.create_connection(("127.0.0.1", 3306), 5).recv(64)
print("SERVER" if b"MariaD" in greeting else greeting)
)");
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->exit_status, 0);
  EXPECT_EQ(output(), "SERVER\n");
}

TEST_P(RealEngine, AStepsExitStatusAndWordsComeBack) {
  const Result<ProcessResult> result = python(
      "import sys; [print(i, flush=True, file=(sys.stdout, sys.stderr)[i % 2]) for i in range(200)]; sys.exit('err')");
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(result->exit_status, 1);
  std::string told;
  for (int i = 0; i < 200; ++i) {
    told += std::to_string(i) + "\n";
  }
  EXPECT_EQ(output(), told + "err\n");
}

TEST_P(RealEngine, AStepThatTakesTooLongIsEndedAndNothingOfItIsLeft) {
  const Result<ProcessResult> result = python("import time; time.sleep(100)", 2);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_TRUE(result->timed_out);
  EXPECT_LT(result->seconds, 30);
  EXPECT_TRUE(server_->alive());
  server_->kill();
  EXPECT_FALSE(server_->alive());
}

TEST_P(RealEngine, AFrozenServerAnswersAgainAndStopsClean) {
  const Result<void> paused = server_->pause();
  ASSERT_TRUE(paused) << to_text(paused.error());
  ASSERT_TRUE(server_->thaw());
  const Result<void> stopped = server_->stop(60);
  ASSERT_TRUE(stopped) << to_text(stopped.error());
  EXPECT_FALSE(server_->alive());
  EXPECT_NE(server_->log_tail().find("Shutdown complete"), std::string::npos);
  EXPECT_FALSE(fs::exists(server_->socket()));
}

// A definer of a host by name was there until the server started again: then every object in its name was broken.
TEST_P(RealEngine, AnAccountOfAHostByNameIsThereAfterARestart) {
  const std::string account = "'bill'@'db1.example.org'";
  const auto ask = [&](const std::vector<std::string>& statements) {
    const auto sql = Sql::connect(server_->socket(), admin_name("pass'word"), "pass'word");
    ASSERT_TRUE(sql) << to_text(sql.error());
    for (const std::string& statement : statements) {
      const auto done = (*sql)->execute(statement);
      EXPECT_TRUE(done) << statement << ": " << (*sql)->last_message();
    }
  };
  ask({"CREATE DATABASE c", "CREATE TABLE c.t (id INT)", "CREATE USER " + account + " ACCOUNT LOCK",
       "GRANT ALL ON c.* TO " + account, "CREATE DEFINER = " + account + " VIEW c.v AS SELECT id FROM c.t",
       "CREATE DEFINER = " + account + " TRIGGER c.tr BEFORE UPDATE ON c.t FOR EACH ROW SET NEW.id = 2",
       "INSERT INTO c.t VALUES (1)"});
  ASSERT_TRUE(server_->stop(60));
  server_.reset();
  spec_.name += "-again";
  Result<std::unique_ptr<Server>> again = engine_->start(spec_);
  ASSERT_TRUE(again) << to_text(again.error());
  server_ = std::move(*again);
  ask({"UPDATE c.t SET id = 3", "CREATE TABLE c.seen AS SELECT id FROM c.v"});
}

TEST_P(RealEngine, ThePlatformAndTheServerSayWhatTheyAre) {
  const Result<std::string> platform = engine_->platform();
  ASSERT_TRUE(platform) << to_text(platform.error());
  EXPECT_NE(platform->find("-cpython3."), std::string::npos);
  const Result<std::string> version = engine_->server_version();
  ASSERT_TRUE(version) << to_text(version.error());
  EXPECT_TRUE(version->starts_with("mariadb 1")) << *version;
}

TEST_P(RealEngine, LeftoversOfARunAreFoundByItsName) {
  const Result<std::vector<std::string>> none = engine_->remove_leftovers({"no-such-run"});
  ASSERT_TRUE(none) << to_text(none.error());
  EXPECT_TRUE(none->empty());
  const Result<std::vector<std::string>> removed = engine_->remove_leftovers({run_});
  ASSERT_TRUE(removed) << to_text(removed.error());
  EXPECT_FALSE(removed->empty());
  for (int i = 0; i < 100 && server_->alive(); ++i) {
    ::usleep(50000);
  }
  EXPECT_FALSE(server_->alive());
}

INSTANTIATE_TEST_SUITE_P(All, RealEngine, testing::ValuesIn(kEngines),
                         [](const auto& test) { return std::string(to_word(test.param)); });

}  // namespace
}  // namespace rehearsal
