#include "harness/engines/container_engine.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/contains.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "base/watchdog.h"
#include "harness/engines/container_client.h"
#include "harness/engines/container_command.h"
#include "harness/engines/control_group.h"
#include "harness/engines/platform.h"
#include "harness/engines/room_watch.h"
#include "harness/engines/sandbox.h"
#include "harness/engines/server_command.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

constexpr double kBuildSeconds = 3600;

// The second server that docker/build-images.sh makes, of the series in which new tables get other collations.
constexpr const char* kNewerServerImage = "rehearsal/mariadb:11.8";

class ContainerServer final : public Server {
 public:
  ContainerServer(std::string program, ServerSpec spec) : program_(std::move(program)), spec_(std::move(spec)) {}
  ~ContainerServer() override { kill(); }

  Result<void> settle() {
    Stopwatch since_asked;
    return wait_for_greeting(
        spec_,
        [this, since_asked]() mutable {
          if (since_asked.seconds() < 0.5) {
            return true;
          }
          since_asked = Stopwatch();
          return alive();
        },
        kStartSeconds);
  }

  void watch() {
    dog_.emplace(0, kGraceSeconds, [this] { strike(); });
  }

  [[nodiscard]] const std::string& name() const { return spec_.name; }
  [[nodiscard]] fs::path socket() const override { return server_socket(spec_); }
  [[nodiscard]] std::vector<std::string> inside(bool terminal) const override {
    return {program_, "exec", terminal ? "-it" : "-i", spec_.name};
  }
  [[nodiscard]] bool alive() override { return !gone_ && trim(inspect("{{.State.Running}}").value_or("")) == "true"; }

  Result<void> pause() override {
    REHEARSAL_TRY(order({program_, "pause", spec_.name}));
    paused_ = true;
    return {};
  }
  void freeze() override {
    paused_ = true;
    static_cast<void>(order({program_, "pause", spec_.name}));
  }
  Result<void> thaw() override {
    REHEARSAL_TRY(order({program_, "unpause", spec_.name}));
    paused_ = false;
    return {};
  }

  Result<void> stop(double timeout_seconds) override {
    if (!alive()) {
      return fail("the MariaDB server had ended before it was stopped", spec_.name, log_tail());
    }
    if (paused_) {
      REHEARSAL_TRY(thaw());
    }
    const auto seconds = static_cast<long>(timeout_seconds > 0 ? timeout_seconds : 86400);
    REHEARSAL_TRY(order({program_, "stop", "--time", std::to_string(seconds), spec_.name},
                        static_cast<double>(seconds) + kClientSeconds));
    const std::string status(trim(inspect("{{.State.ExitCode}}").value_or("unknown")));
    kill();
    if (status == "137") {
      return fail("the MariaDB server did not end within " + human_seconds(timeout_seconds) + " and was killed",
                  spec_.name, log_tail());
    }
    if (status != "0") {
      return fail("the MariaDB server ended with exit status " + status, spec_.name, log_tail());
    }
    return {};
  }

  void strike() override { static_cast<void>(order({program_, "kill", spec_.name}, kAfterInterruptSeconds)); }

  void kill() override {
    dog_.reset();
    if (!gone_) {
      gone_ = order({program_, "rm", "--force", spec_.name}).has_value();
    }
  }

  [[nodiscard]] std::string log_tail() const override { return read_tail(server_log(spec_), 4000); }

 private:
  [[nodiscard]] Result<std::string> inspect(const std::string& format) const {
    return order({program_, "container", "inspect", "--format", format, spec_.name});
  }

  std::string program_;
  ServerSpec spec_;
  std::atomic<bool> paused_{false};
  bool gone_ = false;
  std::optional<Watchdog> dog_;  // statements do not hear Ctrl-C
};

class ContainerEngine final : public Engine {
 public:
  ContainerEngine(EngineKind kind, EngineOptions options)
      : kind_(kind), program_(to_word(kind)), options_(std::move(options)) {}

  [[nodiscard]] EngineKind kind() const override { return kind_; }

  [[nodiscard]] std::string version() override {
    const Result<std::string> told = engine_version(kind_);
    return told ? program_ + " " + std::string(trim(*told)) : "";
  }

  [[nodiscard]] std::map<std::string, std::string> image_digests(const std::vector<std::string>& images) override {
    std::vector<std::string> all = images;
    all.insert(all.end(), {options_.server_image, kRunnerImage});
    std::map<std::string, std::string> digests;
    for (const std::string& image : all) {
      if (const auto id = question({program_, "image", "inspect", "--format", "{{.Id}}", image})) {
        digests[image] = trim(*id);
      }
    }
    return digests;
  }

  [[nodiscard]] Result<std::string> platform() override {
    return once(platform_, [this]() -> Result<std::string> {
      REHEARSAL_TRY(prepare());
      return ask(kRunnerImage, {"/usr/bin/python3", "-I", "-c", kPlatformScript}).and_then(parse_platform);
    });
  }

  [[nodiscard]] Result<std::string> server_version() override {
    return once(server_version_, [this]() -> Result<std::string> {
      REHEARSAL_TRY(prepare());
      return ask(options_.server_image, {"mariadbd", "--no-defaults", "--version"}).and_then(parse_server_version);
    });
  }

  Result<void> prepare() override {
    const std::lock_guard guard(prepare_mutex_);
    if (prepared_) {
      return {};
    }
    REHEARSAL_TRY(write_sandbox_etc(host().etc));
    REHEARSAL_TRY_SET(const FileLock lock, FileLock::wait(options_.state / "images.lock", FileLock::Mode::exclusive));
    const std::string& server = options_.server_image;
    const bool ours = server == EngineOptions().server_image || server == kNewerServerImage;
    REHEARSAL_TRY(prepare_own(server, ours, "mariadb:" + server.substr(server.rfind(':') + 1)));
    REHEARSAL_TRY(prepare_own(kRunnerImage, true, "runner"));
    prepared_ = true;
    return {};
  }

  Result<void> prepare_image(const std::string& image) override {
    if (have_image(program_, image)) {
      return {};
    }
    say("pulling " + image);
    const Result<std::string> pulled = run_checked(client_command({program_, "pull", "--quiet", image}, kBuildSeconds));
    if (!pulled) {
      return fail("the image is not on this machine and cannot be pulled", image, pulled.error().hint);
    }
    return {};
  }

  Result<void> make_database(const fs::path& data, const std::string& root_password) override {
    REHEARSAL_TRY(prepare());
    REHEARSAL_TRY(make_private_dir(data));
    REHEARSAL_TRY_SET(const fs::path secret, make_unique_dir(options_.state, "sql"));
    const fs::path sql = secret / "account.sql";
    Result<void> done = write_file(sql, account_sql(root_password));
    if (done) {
      StepSpec step;
      step.name = "rehearsal-" + secret.filename().string();
      step.run = "database";
      step.argv = install_arguments(fs::path(kAccountSql) / sql.filename(), host().user == 0);
      step.mounts = {{data, kServerData, true}, {secret, kAccountSql, false}};
      step.output_file = secret / "output.txt";
      step.timeout_seconds = 600;
      step.limits = no_limits();
      const Result<ProcessResult> result = run(step, options_.server_image, "none");
      if (!result) {
        done = fail(result.error());
      } else if (!result->ok()) {
        done = fail("a data directory cannot be made", data.string(), read_tail(step.output_file, 2000));
      }
    }
    remove_tree(secret);
    return done;
  }

  [[nodiscard]] Result<std::unique_ptr<Server>> start(const ServerSpec& spec) override {
    REHEARSAL_TRY(prepare());
    REHEARSAL_TRY(check_server_spec(spec));
    REHEARSAL_TRY(make_private_dir(server_tmpdir(spec)));
    remove_tree(server_socket(spec));
    auto server = std::make_unique<ContainerServer>(program_, spec);
    // From here on the server's destructor removes the container, also one that was made and did not start.
    if (const Result<std::string> started = run_checked(
            client_command(server_container_arguments(host(), spec, options_.server_image), kClientSeconds));
        !started) {
      return fail(started.error().kind, "the MariaDB server's container does not start", spec.name,
                  started.error().hint + read_tail(server_log(spec), 2000));
    }
    REHEARSAL_TRY(server->settle());
    server->watch();
    return server;
  }

  [[nodiscard]] Result<ProcessResult> run_step(Server& server, const StepSpec& step) override {
    auto* const own = dynamic_cast<ContainerServer*>(&server);
    if (own == nullptr) {
      return fail("the step's server belongs to another engine", step.name);
    }
    return run(step, kRunnerImage, "container:" + own->name());
  }

  [[nodiscard]] Result<ProcessResult> run_with_network(const StepSpec& step) override {
    REHEARSAL_TRY(prepare());
    const Environment ours = own_environment();
    StepSpec connected = step;
    connected.limits = no_limits();
    for (const auto& [name, value] : network_environment(ours)) {
      connected.environment.emplace(name, value);
    }
    const std::vector<Mount> mounts = network_mounts(ours);
    connected.mounts.insert(connected.mounts.begin(), mounts.begin(), mounts.end());
    return run(connected, kRunnerImage, "host");
  }

  Result<std::vector<std::string>> remove_leftovers(const std::vector<std::string>& runs) override {
    std::set<std::string> removed;
    for (const std::string& one : runs) {
      // A step's container removes itself when it ends; a removal that is already under way is refused a second time.
      // So what counts is that nothing is left in the end.
      const Stopwatch watch;
      for (;;) {
        REHEARSAL_TRY_SET(const std::string names,
                          order({program_, "ps", "--all", "--filter", "label=" + std::string(kRunLabel) + "=" + one,
                                 "--format", "{{.Names}}"}));
        if (lines_of(names).empty()) {
          break;
        }
        Result<std::string> last;
        for (const std::string& name : lines_of(names)) {
          removed.insert(program_ + " container " + name);
          if (auto gone = order({program_, "rm", "--force", name}); !gone) {
            last = std::move(gone);
          }
        }
        if (!last && watch.seconds() > 30) {
          return fail(last.error());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(last ? 0 : 200));
      }
    }
    return std::vector<std::string>(removed.begin(), removed.end());
  }

 private:
  [[nodiscard]] ContainerHost host() const {
    rlimit files{};
    const bool limited = ::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max != RLIM_INFINITY;
    return {.engine = kind_,
            .user = ::geteuid(),
            .group = ::getegid(),
            .etc = options_.state / "sandbox-etc",
            .open_files = limited ? files.rlim_max : 0UL};
  }

  void say(const std::string& text) const {
    if (options_.say) {
      options_.say(text);
    }
  }

  template <typename Ask>
  Result<std::string> once(std::string& known, const Ask& ask_for) {
    const std::lock_guard guard(known_mutex_);
    if (known.empty()) {
      REHEARSAL_TRY_SET(known, ask_for());
    }
    return known;
  }

  // One of our images is built, one of the operator's is pulled.
  Result<void> prepare_own(const std::string& image, bool ours, const std::string& recipe) {
    if (have_image(program_, image)) {
      return {};
    }
    if (!ours) {
      return prepare_image(image);
    }
    const fs::path script = options_.docker_folder / "build-images.sh";
    const fs::path log = options_.state / ("image-" + recipe + ".log");
    say("building the image " + image);
    Command command = client_command({"/bin/sh", script.string(), program_, recipe}, kBuildSeconds);
    command.output_file = log;
    command.error_file = log;
    remove_tree(log);
    REHEARSAL_TRY_SET(const ProcessResult built, run_process(command));
    if (!built.ok()) {
      return fail("the image " + image + " cannot be built", log.string(), std::string(trim(read_tail(log, 2000))));
    }
    return {};
  }

  // What a program of an image prints.
  [[nodiscard]] Result<std::string> ask(const std::string& image, const std::vector<std::string>& argv) {
    StepSpec question;
    question.name = "rehearsal-question-" + std::to_string(::getpid()) + "-" + std::to_string(questions_++);
    question.run = "question";
    question.argv = argv;
    return run_checked(client_command(step_container_arguments(host(), question, image, "none"), kClientSeconds));
  }

  [[nodiscard]] Result<ProcessResult> run(const StepSpec& step, const std::string& image, const std::string& network) {
    remove_tree(step.output_file);
    Command command = client_command(step_container_arguments(host(), step, image, network), step.timeout_seconds);
    command.output_file = step.output_file;
    command.idle_seconds = step.limits.idle_seconds;
    command.output_bytes = step.limits.output;
    if (step.limits.files > 0) {
      command.watch = room_watch(step, {});
    }
    command.watch = killing_watch(step, std::move(command.watch), [&](int) {
      (void)order({program_, "kill", step.name});
    });
    Result<ProcessResult> result = run_process(command);
    // The end of the client is not the end of the container.
    if (!result || !result->ended_by.empty()) {
      (void)order({program_, "rm", "--force", step.name});
      if (result && result->ended_by == "files") {
        empty_work(step);
      }
      return result;
    }
    if (!step.output_file.empty()) {
      result->ended_by = exceeded_in(result->err);
    }
    // What is none of the program's own doing: the engine's failures, and those of the shell that is to start it.
    const int status = result->exit_status;
    if (status < 125 || status > 127) {
      return result;
    }
    // The client's own words, which a step whose output goes to a file has none of.
    const std::vector<std::string> words = lines_of(result->err);
    const bool of_client = std::any_of(words.begin(), words.end(), [&](const std::string& line) {
      return line.starts_with(program_ + ": ") || line.starts_with("Error: ");
    });
    if (of_client && (status == 125 || !step.output_file.empty())) {
      return fail("the step's container cannot be made", step.name, std::string(trim(result->err)));
    }
    const std::string said = step.output_file.empty() ? result->err : read_tail(step.output_file, 1000);
    if (status != 125 && said.starts_with(std::string(kStepShell) + ": ")) {
      return fail("the program cannot be started", step.argv.front(),
                  "in the image " + image + ": " + std::string(trim(said)));
    }
    return result;
  }

  EngineKind kind_;
  std::string program_;
  EngineOptions options_;
  std::atomic<unsigned> questions_{0};
  std::mutex prepare_mutex_, known_mutex_;
  bool prepared_ = false;
  std::string platform_, server_version_;
};

}  // namespace

std::unique_ptr<Engine> make_container_engine(EngineKind kind, const EngineOptions& options) {
  return std::make_unique<ContainerEngine>(kind, options);
}

EngineHealth examine_container_engine(EngineKind kind, const EngineOptions& options) {
  EngineHealth health{.engine = kind, .problems = {}, .detail = {}};
  const std::string program = to_word(kind);
  if (find_program(program).empty()) {
    health.problems.push_back("`" + program + "` is not installed: apt-get install " +
                              (kind == EngineKind::docker ? "docker.io" : program));
    return health;
  }
  const Result<std::string> version = engine_version(kind);
  if (!version) {
    const std::string said = lower(version.error().hint);
    health.problems.push_back(contains(said, "permission denied")
                                  ? "no right to use " + program + ": add this user to the group `docker`, or be root"
                                  : program + " does not answer: " + version.error().hint);
    return health;
  }
  health.detail = "version " + std::string(trim(*version));
  for (const std::string& image : {options.server_image, std::string(kRunnerImage)}) {
    const bool have = have_image(program, image);
    health.detail += ", image " + image + (have ? " present" : " made on first use");
    if (!have) {
      health.unmade.push_back(image);
    }
  }
  return health;
}

}  // namespace rehearsal
