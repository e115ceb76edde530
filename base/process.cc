#include "base/process.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"

namespace rehearsal {

namespace bp = boost::process;
namespace fs = std::filesystem;

Environment own_environment() {
  Environment environment;
  for (char** at = ::environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) {
      environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return environment;
}

struct Child::Impl {
  bp::child child;
  int pid = 0;
  bool reaped = false;
  int exit_status = 0;

  // Looks once whether the child has ended; true when it has.
  bool poll() {
    if (reaped) {
      return true;
    }
    int status = 0;
    const pid_t got = ::waitpid(pid, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) {
      return false;
    }
    reaped = true;
    exit_status = got < 0 ? 127 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  }
};

Child::Child(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;

Child::~Child() {
  if (impl_ && !impl_->reaped) {
    signal(SIGKILL);
    wait();
  }
}

Result<Child> Child::start(const Command& command) {
  if (command.argv.empty()) {
    return fail("no program to run");
  }
  fs::path program = command.argv.front();
  if (command.argv.front().find('/') == std::string::npos) {
    program = find_program(command.argv.front());
    if (program.empty()) {
      return fail("the program is not installed", command.argv.front(), "`rehearse doctor` says how to get it");
    }
  }
  bp::environment environment;
  for (const auto& [name, value] : command.environment) {
    environment.set(name, value);  // operator[] reads behind the end of shorter ones
  }
  const std::vector<std::string> arguments(command.argv.begin() + 1, command.argv.end());
  const std::string input = command.input_file.empty() ? "/dev/null" : command.input_file.string();
  const std::string output = command.output_file.empty() ? "/dev/null" : command.output_file.string();
  const std::string error_file = command.error_file.empty() ? "/dev/null" : command.error_file.string();
  // boost opens output files without truncating them.
  for (const fs::path& file : {command.output_file, command.error_file}) {
    if (!file.empty() && !file.string().starts_with("/proc/")) {
      const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      if (fd < 0) {
        return fail("cannot write the program's output: " + std::string(std::strerror(errno)), file.string());
      }
      ::close(fd);
    }
  }
  const std::string directory = command.directory.empty() ? "." : command.directory.string();
  // A process group of its own, no descriptor but the three streams, and the signal mask and SIGPIPE as a program
  // expects them. (boost's limit_handles leaves the files behind the streams open.)
  const auto in_child = [](auto&) {
    ::setpgid(0, 0);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
  };
  try {
    auto impl = std::make_unique<Impl>();
    const bool together = output == error_file;
    const auto launch = [&](auto&&... streams) {
      return bp::child(bp::exe = program.string(), bp::args = arguments, environment, bp::start_dir = directory,
                       bp::std_in < input, std::forward<decltype(streams)>(streams)...,
                       bp::extend::on_exec_setup = in_child);
    };
    impl->child = together ? launch((bp::std_out & bp::std_err) > output)
                           : launch(bp::std_out > output, bp::std_err > error_file);
    impl->pid = impl->child.id();
    impl->child.detach();
    return Child(std::move(impl));
  } catch (const std::exception& error) {
    return fail(std::string("cannot start the program: ") + error.what(), program.string());
  }
}

int Child::pid() const {
  return impl_->pid;
}
bool Child::running() {
  return !impl_->poll();
}

void Child::signal(int number) {
  if (!impl_->reaped) {
    ::kill(-impl_->pid, number);
    ::kill(impl_->pid, number);
  }
}

int Child::wait(double timeout_seconds) {
  const Stopwatch watch;
  auto pause = std::chrono::microseconds(500);
  while (!impl_->poll()) {
    if (timeout_seconds > 0 && watch.seconds() > timeout_seconds) {
      signal(SIGKILL);
      timeout_seconds = 0;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(20000));
  }
  return impl_->exit_status;
}

namespace {

// A captured stream goes through a file in memory: no reader thread, no pipe that fills up, nothing left behind.
class Capture {
 public:
  explicit Capture(bool wanted) : fd_(wanted ? ::memfd_create("rehearsal-output", MFD_CLOEXEC) : -1) {}
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  [[nodiscard]] fs::path file() const {
    return fd_ < 0 ? fs::path() : fs::path("/proc/self/fd/" + std::to_string(fd_));
  }
  [[nodiscard]] std::string text() const { return fd_ < 0 ? std::string() : read_file(file()).value_or(""); }

 private:
  int fd_;
};

}  // namespace

Result<ProcessResult> run_process(const Command& command) {
  const Capture out(command.output_file.empty());
  const Capture err(command.error_file.empty());
  Command actual = command;
  if (command.output_file.empty()) {
    actual.output_file = out.file();
  }
  if (command.error_file.empty()) {
    actual.error_file = err.file();
  }
  const Stopwatch watch;
  REHEARSAL_TRY_SET(Child child, Child::start(actual));
  ProcessResult result;
  auto pause = std::chrono::microseconds(500);
  while (child.running()) {
    const bool late = command.timeout_seconds > 0 && watch.seconds() > command.timeout_seconds;
    if (late || (command.heed_interrupt && interrupted())) {
      child.signal(SIGTERM);
      for (int i = 0; i < 100 && child.running(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      child.signal(SIGKILL);
      result.timed_out = late;
      if (!late) {
        child.wait();
        return fail(ErrorKind::interrupted, "stopped by the operator", command.argv.front());
      }
      break;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(20000));
  }
  result.exit_status = child.wait();
  result.seconds = watch.seconds();
  result.out = out.text();
  result.err = err.text();
  return result;
}

Result<std::string> run_checked(const Command& command) {
  REHEARSAL_TRY_SET(ProcessResult result, run_process(command));
  if (result.ok()) {
    return std::move(result.out);
  }
  std::string said(trim(result.err.empty() ? result.out : result.err));
  if (said.size() > 2000) {
    said = "…" + said.substr(said.size() - 2000);
  }
  return fail(result.timed_out ? "the program did not end in time"
                               : "the program failed with exit status " + std::to_string(result.exit_status),
              shell_words(command.argv), said);
}

}  // namespace rehearsal
