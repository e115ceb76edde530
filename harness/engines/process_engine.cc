#include "harness/engines/process_engine.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/core.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/calls.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "base/watchdog.h"
#include "harness/engines/control_group.h"
#include "harness/engines/marked_processes.h"
#include "harness/engines/platform.h"
#include "harness/engines/room_watch.h"
#include "harness/engines/sandbox.h"
#include "harness/engines/server_command.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_root() {
  return ::geteuid() == 0;
}

// Words that go before bwrap where a sandbox starts a namespace of its own.
std::vector<std::string> with_prefix(std::vector<std::string> prefix, const std::vector<std::string>& argv) {
  prefix.insert(prefix.end(), argv.begin(), argv.end());
  return prefix;
}

// A program with the sandbox's own small environment.
Command plain_command(std::vector<std::string> argv, double timeout_seconds) {
  Command command;
  command.argv = std::move(argv);
  command.environment = {{"PATH", kPath}};
  command.timeout_seconds = timeout_seconds;
  return command;
}

// `prefix` goes before bwrap.
Command sandbox_command(const SandboxSpec& sandbox, std::vector<std::string> prefix, double timeout_seconds) {
  Command command = plain_command(with_prefix(std::move(prefix), sandbox_arguments(sandbox)), timeout_seconds);
  command.open_files[kFilterNumber] = sandbox_filter(sandbox.etc, sandbox.guest);
  return command;
}

bool is_limited(const StepSpec& step) {
  return step.limits.memory > 0 || step.limits.processes > 0 || step.limits.files > 0;
}

// Sandboxes of one step's name may follow one another before the kernel has let go of the first group.
std::string group_name(const StepSpec& step) {
  static std::atomic<unsigned> number{0};
  return step.name + "-" + std::to_string(::getpid()) + "-" + std::to_string(number++);
}

// Where no control group can be made: what all processes below this one take now.
std::string over_limit(const StepLimits& limits, int pid) {
  const Taken taken = taken_below(pid);
  if (limits.processes > 0 && taken.processes > limits.processes) {
    return "processes";
  }
  const bool maybe = limits.memory > 0 && taken.memory > limits.memory;
  return maybe && memory_below(pid) > limits.memory ? "memory" : "";
}

class ProcessServer final : public Server {
 public:
  ProcessServer(ServerSpec spec, Child child) : spec_(std::move(spec)), child_(std::move(child)) {}
  ~ProcessServer() override { kill(); }

  // Waits for the greeting and learns the server's own process.
  Result<void> settle() {
    REHEARSAL_TRY(wait_for_greeting(
        spec_, [this] { return child_.running(); }, kStartSeconds));
    pid_ = descendant_named(child_.pid(), "mariadbd");
    if (pid_ == 0) {
      return fail("the MariaDB server's process cannot be found", spec_.name);
    }
    dog_.emplace(0, kGraceSeconds, [this] { strike(); });
    return {};
  }

  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] fs::path socket() const override { return server_socket(spec_); }
  [[nodiscard]] std::vector<std::string> inside(bool) const override { return {}; }
  [[nodiscard]] bool alive() override { return child_.running(); }

  Result<void> pause() override {
    REHEARSAL_TRY(ask(SIGSTOP, "held"));
    return wait_stopped(pid_, 30);
  }
  void freeze() override { send(SIGSTOP); }
  Result<void> thaw() override { return ask(SIGCONT, "let go on"); }

  Result<void> stop(double timeout_seconds) override {
    REHEARSAL_TRY(ask(SIGCONT, "let go on"));
    REHEARSAL_TRY(ask(SIGTERM, "asked to end"));
    const Stopwatch watch;
    while (child_.running()) {
      if (timeout_seconds > 0 && watch.seconds() > timeout_seconds) {
        kill();
        return fail("the MariaDB server did not end within " + human_seconds(timeout_seconds) + " and was killed",
                    spec_.name, log_tail());
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (const int status = child_.wait(); status != 0) {
      return fail("the MariaDB server ended with exit status " + std::to_string(status), spec_.name, log_tail());
    }
    return {};
  }

  void strike() override { send(SIGKILL); }

  void kill() override {
    dog_.reset();
    if (child_.running()) {
      // Killing the namespace's first process would do; the server's own end says that its files are closed.
      send(SIGKILL);
      child_.signal(SIGKILL);
      child_.wait();
    }
    wait_gone(pid_);
    pid_ = 0;
  }

  [[nodiscard]] std::string log_tail() const override { return read_tail(server_log(spec_), 4000); }

 private:
  // Nobody waits for what a signal that was not delivered should do.
  Result<void> ask(int number, const char* what) {
    if (!alive()) {
      return fail("the MariaDB server is not running", spec_.name, log_tail());
    }
    return os::kill(pid_, number) == 0
               ? Result<void>()
               : fail(fmt::format("the MariaDB server cannot be {}: {}", what, std::strerror(errno)), spec_.name);
  }

  void send(int number) {
    if (const int pid = pid_; pid > 0) {
      os::kill(pid, number);
    }
  }

  ServerSpec spec_;
  Child child_;
  std::atomic<int> pid_{0};
  std::optional<Watchdog> dog_;  // statements do not hear Ctrl-C
};

class ProcessEngine final : public Engine {
 public:
  explicit ProcessEngine(EngineOptions options) : options_(std::move(options)) {}

  [[nodiscard]] EngineKind kind() const override { return EngineKind::process; }

  [[nodiscard]] std::string version() override {
    return std::string(trim(run_checked(plain_command({"bwrap", "--version"}, 20)).value_or("")));
  }

  [[nodiscard]] Result<std::string> platform() override {
    return run_checked(plain_command({"/usr/bin/python3", "-I", "-c", kPlatformScript}, 60)).and_then(parse_platform);
  }

  [[nodiscard]] Result<std::string> server_version() override {
    REHEARSAL_TRY_SET(const fs::path root, server_root());
    std::vector<std::string> argv = {"mariadbd", "--no-defaults", "--version"};
    if (root != "/") {
      std::vector<std::string> sandbox = {"bwrap", "--unshare-net", "--unshare-pid"};
      const std::vector<std::string> system = system_arguments(root);
      sandbox.insert(sandbox.end(), system.begin(), system.end());
      sandbox.insert(sandbox.end(), argv.begin(), argv.end());
      argv = with_prefix(user_namespace_arguments(), sandbox);
    }
    return run_checked(plain_command(std::move(argv), 60)).and_then(parse_server_version);
  }

  Result<void> prepare() override {
    REHEARSAL_TRY(server_root());
    if (const std::vector<std::string> problems = process_engine_problems(); !problems.empty()) {
      REHEARSAL_TRY(check_interrupt());
      return fail("the process engine does not work on this machine", {}, join(problems, "\n"));
    }
    return write_sandbox_etc(etc());
  }

  Result<void> prepare_image(const std::string& image) override { return no_images(image); }

  Result<void> make_database(const fs::path& data, const std::string& root_password) override {
    REHEARSAL_TRY(write_sandbox_etc(etc()));
    REHEARSAL_TRY(make_private_dir(data));
    // The password is in a file of its own folder, which goes before anything else happens.
    REHEARSAL_TRY_SET(const fs::path secret, make_unique_dir(options_.state, "sql"));
    const fs::path sql = secret / "account.sql";
    Result<void> done = write_file(sql, account_sql(root_password));
    if (done) {
      SandboxSpec sandbox;
      REHEARSAL_TRY_SET(sandbox.root, server_root());
      sandbox.etc = etc();
      sandbox.mounts = {{data, kServerData, true}, {secret, kAccountSql, false}};
      sandbox.environment = {{"PATH", kPath}, {"HOME", "/tmp"}};
      sandbox.argv = install_arguments(fs::path(kAccountSql) / sql.filename(), true);
      sandbox.guest = RoomGuest::server;
      const Result<std::string> made = run_checked(sandbox_command(sandbox, user_namespace_arguments(), 600));
      if (!made) {
        done = fail(made.error());
      }
    }
    remove_tree(secret);
    return done;
  }

  [[nodiscard]] Result<std::unique_ptr<Server>> start(const ServerSpec& spec) override {
    REHEARSAL_TRY(check_server_spec(spec));
    REHEARSAL_TRY(write_sandbox_etc(etc()));
    REHEARSAL_TRY(make_private_dir(server_tmpdir(spec)));
    remove_tree(server_socket(spec));
    SandboxSpec sandbox;
    REHEARSAL_TRY_SET(sandbox.root, server_root());
    sandbox.etc = etc();
    sandbox.mounts = {{spec.data, kServerData, true}, {spec.run_dir, spec.run_dir.string(), true}};
    sandbox.environment = {{"PATH", kPath}, {"HOME", "/tmp"}, {kRunVariable, spec.run}};
    sandbox.argv = server_arguments(spec, true);
    sandbox.guest = RoomGuest::server;
    Command command = sandbox_command(sandbox, user_namespace_arguments(), 0);
    command.environment[kRunVariable] = spec.run;
    const fs::path said = spec.run_dir / "sandbox.log";
    command.output_file = said;
    command.error_file = said;
    REHEARSAL_TRY_SET(Child child, Child::start(command));
    auto server = std::make_unique<ProcessServer>(spec, std::move(child));
    if (Result<void> settled = server->settle(); !settled) {
      Error error = std::move(settled).error();
      error.hint += read_tail(said, 1000);
      return fail(std::move(error));
    }
    return server;
  }

  [[nodiscard]] Result<ProcessResult> run_step(Server& server, const StepSpec& step) override {
    auto* const own = dynamic_cast<ProcessServer*>(&server);
    if (own == nullptr || !own->alive()) {
      return fail("the step's server is not running", step.name);
    }
    return run(step, SandboxNetwork::joined, join_arguments(own->pid()), step.environment, step.mounts);
  }

  [[nodiscard]] Result<ProcessResult> run_with_network(const StepSpec& step) override {
    const Environment ours = own_environment();
    Environment environment = network_environment(ours);
    for (const auto& [name, value] : step.environment) {
      environment[name] = value;
    }
    std::vector<Mount> mounts = network_mounts(ours);
    mounts.insert(mounts.end(), step.mounts.begin(), step.mounts.end());
    StepSpec unlimited = step;
    unlimited.limits = no_limits();
    return run(unlimited, SandboxNetwork::machine, user_namespace_arguments(), environment, mounts);
  }

  Result<std::vector<std::string>> remove_leftovers(const std::vector<std::string>& runs) override {
    REHEARSAL_TRY_SET(std::vector<std::string> removed, kill_marked(runs));
    const std::vector<std::string> groups = remove_control_groups(runs);
    removed.insert(removed.end(), groups.begin(), groups.end());
    return removed;
  }

 private:
  [[nodiscard]] static Result<void> no_images(const std::string& image) {
    return fail("the process engine runs no container images", image, "use --engine docker or --engine podman");
  }
  // Whose programs the server is: the machine's, or those of a system that was unpacked into a folder.
  [[nodiscard]] Result<fs::path> server_root() const {
    const std::string& image = options_.server_image;
    if (image == EngineOptions().server_image) {
      return fs::path("/");
    }
    std::error_code error;
    if (!image.starts_with('/') || !os::exists(fs::path(image) / "usr/sbin/mariadbd", error)) {
      return fail(ErrorKind::wrong_scenario, "the process engine has no such server",
                  "[server] image = \"" + image + "\"",
                  "name a folder into which a server is unpacked: docker/build-images.sh FOLDER mariadb:11.8; or use "
                  "--engine docker or podman");
    }
    return fs::path(image);
  }
  [[nodiscard]] fs::path etc() const { return options_.state / "sandbox-etc"; }

  [[nodiscard]] Result<ProcessResult> run(const StepSpec& step, SandboxNetwork network, std::vector<std::string> prefix,
                                          const Environment& environment, const std::vector<Mount>& mounts) {
    if (!step.image.empty()) {
      return no_images(step.image).map([] { return ProcessResult(); });
    }
    REHEARSAL_TRY(write_sandbox_etc(etc()));
    SandboxSpec sandbox;
    sandbox.network = network;
    sandbox.etc = etc();
    sandbox.mounts = mounts;
    sandbox.directory = step.directory;
    sandbox.environment = environment;
    sandbox.argv = step.argv;
    // A quarter each: together they stay below what all of the step may take.
    sandbox.temporary_bytes = step.limits.memory / 4;
    sandbox.environment.emplace("PATH", kPath);
    sandbox.environment.emplace("HOME", "/tmp");
    sandbox.environment[kRunVariable] = step.run;
    remove_tree(step.output_file);
    const std::optional<ControlGroup> group =
        is_limited(step) ? ControlGroup::make(group_name(step), step.limits) : std::nullopt;
    // Where they are counted by looking, the kernel refuses those that come faster than we look. No earlier: a step
    // that is refused one ends as it likes, and is not told from one that fails. The server's threads count too.
    constexpr std::int64_t kBetweenLooks = 1000;
    const bool by_number = step.limits.processes > 0 && !group;
    const std::vector<std::string> resources =
        resource_arguments(by_number ? step.limits.processes + kBetweenLooks : 0);
    prefix.insert(prefix.end(), resources.begin(), resources.end());
    if (group) {
      prefix = with_prefix(group->join_words(), prefix);
    }
    Command command = sandbox_command(sandbox, std::move(prefix), step.timeout_seconds);
    command.idle_seconds = step.limits.idle_seconds;
    command.output_bytes = step.limits.output;
    if (is_limited(step)) {
      command.watch =
          room_watch(step, [&](int pid) { return group ? group->exceeded() : over_limit(step.limits, pid); });
    }
    // What is inside ends with the sandbox's own processes, which are the group's.
    command.watch = killing_watch(step, std::move(command.watch), [](int pid) { os::kill(-pid, SIGKILL); });
    command.environment[kRunVariable] = step.run;
    command.output_file = step.output_file;
    command.error_file = step.output_file;
    REHEARSAL_TRY_SET(const ProcessResult result, run_process(command));
    if (result.ended_by == "files") {
      empty_work(step);
    }
    // The sandbox's own failures, told apart from the step's.
    if (result.exit_status == 1) {
      const std::string said = step.output_file.empty() ? result.out + result.err : read_tail(step.output_file, 400);
      if (said.starts_with("bwrap: execvp ")) {
        return fail("the program cannot be started", step.argv.front(), std::string(trim(said)));
      }
      if (said.starts_with("bwrap: ")) {
        return fail("the step's sandbox cannot be made", step.name, std::string(trim(said)));
      }
    }
    return result;
  }

  EngineOptions options_;
};

}  // namespace

std::unique_ptr<Engine> make_process_engine(const EngineOptions& options) {
  return std::make_unique<ProcessEngine>(options);
}

std::vector<std::string> process_engine_problems() {
  struct Need {
    const char* program;
    const char* package;
  };
  constexpr Need kNeeds[] = {{"bwrap", "bubblewrap"},
                             {"nsenter", "util-linux"},
                             {"unshare", "util-linux"},
                             {"prlimit", "util-linux"},
                             {"mariadbd", "mariadb-server-core"},
                             {"mariadb-install-db", "mariadb-server-core"},
                             {"/usr/bin/python3", "python3-venv"}};
  std::vector<std::string> problems;
  for (const Need& need : kNeeds) {
    const fs::path program = need.program;
    std::error_code error;
    if (program.is_absolute() ? !os::exists(program, error) : find_program(need.program).empty()) {
      problems.push_back("`" + program.filename().string() + "` is missing: apt-get install " + need.package);
    }
  }
  if (!problems.empty()) {
    return problems;
  }
  // The real thing, smallest: a namespace with only loopback, and a second sandbox beside it.
  std::vector<std::string> sandbox = {"bwrap", "--unshare-net", "--unshare-pid"};
  const std::vector<std::string> system = system_arguments();
  sandbox.insert(sandbox.end(), system.begin(), system.end());
  sandbox.emplace_back("/bin/true");
  const std::vector<std::string> argv = with_prefix(user_namespace_arguments(), sandbox);
  const Result<ProcessResult> tried = run_process(plain_command(argv, 20));
  if (!tried) {
    problems.push_back(to_text(tried.error()));
  } else if (!tried->ok()) {
    problems.push_back("a sandbox cannot be made: " + std::string(trim(tried->err)) +
                       (is_root() ? ""
                                  : "; run as root, or allow user namespaces for this user "
                                    "(kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0)"));
  }
  return problems;
}

std::string process_engine_detail() {
  const Result<std::string> version =
      run_checked(plain_command({"mariadbd", "--no-defaults", "--version"}, 20)).and_then(parse_server_version);
  std::string detail = version.value_or("");
  if (find_program("gcc").empty()) {
    detail += detail.empty() ? "" : "; ";
    detail += "some environments need a compiler: apt-get install gcc libc6-dev python3-dev libssl-dev";
  }
  return detail;
}

}  // namespace rehearsal
