#include "base/process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/calls.h"
#include "base/os/faults.h"
#include "base/output_pipes.h"
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
    const pid_t got = os::waitpid(pid, &status, WNOHANG);
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

namespace {

// Descriptors on their way to a child. They are opened at numbers that none of the wanted ones has, so that putting
// one in place overwrites no other.
class OpenFiles {
 public:
  [[nodiscard]] static Result<OpenFiles> open(const std::map<int, fs::path>& wanted) {
    OpenFiles files;
    for (const auto& [number, path] : wanted) {
      const Descriptor file = open_file(path.c_str(), O_RDONLY | O_CLOEXEC);
      Descriptor above(file.ok() ? ::fcntl(file.get(), F_DUPFD_CLOEXEC, wanted.rbegin()->first + 1) : -1);
      if (!above.ok()) {
        return fail("cannot open the file for the program: " + std::string(std::strerror(errno)), path.string());
      }
      files.files_.emplace_back(number, std::move(above));
    }
    return files;
  }

  // In the child, between fork and exec.
  void put_in_place() const {
    for (const auto& [number, fd] : files_) {
      ::dup2(fd.get(), number);
    }
  }

 private:
  std::vector<std::pair<int, Descriptor>> files_;
};

}  // namespace

Result<Child> Child::start(const Command& command, os::Site from) {
  const os::Door door("Child::start", from);
  if (command.argv.empty()) {
    return fail("no program to run");
  }
  fs::path program = command.argv.front();
  if (command.argv.front().find('/') == std::string::npos) {
    program = find_program(command.argv.front());
    if (program.empty()) {
      return fail("the program is not installed", command.argv.front(), "`rehearse doctor` shows how to install it");
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
      if (!open_file(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600).ok()) {
        return fail("cannot write the program's output: " + std::string(std::strerror(errno)), file.string());
      }
    }
  }
  const std::string directory = command.directory.empty() ? "." : command.directory.string();
  REHEARSAL_TRY_SET(const OpenFiles files, OpenFiles::open(command.open_files));
  // A process group of its own, no descriptor but the three streams and the files that it is to have, and the signal
  // mask and SIGPIPE as a program expects them. (boost's limit_handles leaves the files behind the streams open.)
  const auto in_child = [&files](auto&) {
    ::setpgid(0, 0);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    files.put_in_place();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
  };
  const std::optional<os::Fault> fault = os::fault_at("spawn", os::Site::here());
  if (fault && fault->kind == os::FaultKind::error) {
    return fail("cannot start the program: " + std::string(std::strerror(fault->number)), program.string());
  }
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
    if (fault && fault->kind == os::FaultKind::kill_child) {
      os::kill(impl->pid, SIGKILL);
    }
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
    os::kill(-impl_->pid, number);
    os::kill(impl_->pid, number);
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

// What ends the program now; empty: nothing.
std::string limit_reached(const Command& command, const Child& child, const Stopwatch& running,
                          const std::optional<OutputPipes>& pipes, Stopwatch& since_watched) {
  constexpr double kBetweenWatches = 0.2;
  if (command.timeout_seconds > 0 && running.seconds() > command.timeout_seconds) {
    return "time";
  }
  if (pipes && pipes->full) {
    return "output";
  }
  if (pipes && command.idle_seconds > 0 && pipes->silent.seconds() > command.idle_seconds) {
    return "idle";
  }
  if (command.watch && since_watched.seconds() > kBetweenWatches) {
    const os::CalledBack watching;
    std::string word = command.watch(child.pid());
    since_watched = Stopwatch();
    return word;
  }
  return {};
}

// Asks the program to end, and ends it two seconds later.
void end_in_good_order(Child& child, std::optional<OutputPipes>& pipes, std::uint64_t output_bytes) {
  child.signal(SIGTERM);
  for (int i = 0; i < 100 && child.running(); ++i) {
    if (pipes) {
      static_cast<void>(pipes->pass_on(output_bytes));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  child.signal(SIGKILL);
  child.wait();
}

}  // namespace

Result<ProcessResult> run_process(const Command& command, os::Site from) {
  const os::Door door("run_process", from);
  const bool limited = command.idle_seconds > 0 || command.output_bytes > 0;
  REHEARSAL_TRY_SET(const Capture out, Capture::make(command.output_file.empty() && !limited));
  REHEARSAL_TRY_SET(const Capture err, Capture::make(command.error_file.empty() && !limited));
  Command actual = command;
  REHEARSAL_TRY_SET(std::optional<OutputPipes> pipes, OutputPipes::make(command, limited));
  if (pipes) {
    actual.output_file = pipes->out.file();
    actual.error_file = pipes->err ? pipes->err->file() : actual.output_file;
  }
  if (actual.output_file.empty()) {
    actual.output_file = out.file();
  }
  if (actual.error_file.empty()) {
    actual.error_file = err.file();
  }
  const Stopwatch watch;
  REHEARSAL_TRY_SET(Child child, Child::start(actual));
  if (pipes) {
    pipes->started();
  }
  ProcessResult result;
  auto pause = std::chrono::microseconds(500);
  Stopwatch since_watched;
  while (child.running()) {
    if (pipes) {
      REHEARSAL_TRY(pipes->pass_on(command.output_bytes));
    }
    result.ended_by = limit_reached(command, child, watch, pipes, since_watched);
    if (!result.ended_by.empty() || (command.heed_interrupt && interrupted())) {
      end_in_good_order(child, pipes, command.output_bytes);
      result.timed_out = result.ended_by == "time";
      if (result.ended_by.empty()) {
        return fail(ErrorKind::interrupted, "stopped by the operator", command.argv.front());
      }
      break;
    }
    if (pipes && pipes->busy()) {
      pause = std::chrono::microseconds(0);
    }
    std::this_thread::sleep_for(pause);
    pause = std::clamp(pause * 2, std::chrono::microseconds(500), std::chrono::microseconds(20000));
  }
  result.exit_status = child.wait();
  result.seconds = watch.seconds();
  if (pipes) {
    REHEARSAL_TRY(pipes->pass_on(command.output_bytes));
    result.out = std::move(pipes->out.kept);
    result.err = pipes->err ? std::move(pipes->err->kept) : std::string();
    if (result.ended_by.empty() && pipes->full) {
      result.ended_by = "output";
    }
  } else {
    REHEARSAL_TRY_SET(result.out, out.text());
    REHEARSAL_TRY_SET(result.err, err.text());
  }
  if (result.ended_by.empty() && command.watch) {
    const os::CalledBack watching;
    result.ended_by = command.watch(child.pid());
  }
  return result;
}

Result<std::string> run_checked(const Command& command, os::Site from) {
  const os::Door door("run_checked", from);
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
