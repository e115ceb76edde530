#include "base/foreground.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <thread>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/os/calls.h"

namespace rehearsal {

namespace {

std::atomic<bool> g_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void heed_signal(int) {
  g_asked = true;
}

// Signals while the program runs. Ours would end us at the second, and a line editor sends what it gets to the whole
// group once more. On a terminal Ctrl-C and Ctrl-\ are not for us.
class ForegroundSignals {
 public:
  ForegroundSignals() {
    const bool terminal = ::isatty(STDIN_FILENO) == 1;
    g_asked = false;
    for (std::size_t i = 0; i < std::size(kSignals); ++i) {
      const bool key = kSignals[i] == SIGINT || kSignals[i] == SIGQUIT;
      struct sigaction action {};
      action.sa_handler = key && terminal ? SIG_IGN : heed_signal;
      ::sigemptyset(&action.sa_mask);
      ::sigaction(kSignals[i], &action, &before_[i]);
    }
  }
  ForegroundSignals(const ForegroundSignals&) = delete;
  ForegroundSignals& operator=(const ForegroundSignals&) = delete;
  ~ForegroundSignals() {
    for (std::size_t i = 0; i < std::size(kSignals); ++i) {
      ::sigaction(kSignals[i], &before_[i], nullptr);
    }
  }

 private:
  static constexpr int kSignals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  struct sigaction before_[std::size(kSignals)]{};
};

// nullptr at the end, as exec wants it. The strings outlive it.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

Result<pid_t> spawn(const std::vector<std::string>& argv, const Environment& environment) {
  std::vector<std::string> words = argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) {
    variables.push_back(name + "=" + value);
  }
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_init(&actions);
  sigset_t ours;
  ::sigemptyset(&ours);
  for (const int number : {SIGINT, SIGQUIT, SIGPIPE}) {
    ::sigaddset(&ours, number);
  }
  ::posix_spawnattr_setsigdefault(&attributes, &ours);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  const std::string program =
      argv.front().find('/') == std::string::npos ? find_program(argv.front()).string() : argv.front();
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers_to(words).data(),
                                   pointers_to(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    return fail("cannot start " + argv.front() + ": " + std::strerror(failed));
  }
  return pid;
}

}  // namespace

Result<int> run_in_foreground(const std::vector<std::string>& argv, const Environment& environment) {
  REHEARSAL_TRY(check_interrupt());
  const ForegroundSignals signals;
  REHEARSAL_TRY_SET(const pid_t pid, spawn(argv, environment));
  constexpr double kPatience = 5;
  int status = 0;
  Stopwatch asked;
  bool stopping = false;
  for (;;) {
    const pid_t ended = os::waitpid(pid, &status, WNOHANG);
    if (ended == pid) {
      break;
    }
    if (ended < 0 && errno != EINTR) {
      return fail("cannot wait for " + argv.front() + ": " + std::strerror(errno));
    }
    if (g_asked && !stopping) {
      stopping = true;
      asked = Stopwatch();
      os::kill(pid, SIGTERM);
    } else if (stopping && asked.seconds() > kPatience) {
      os::kill(pid, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (g_asked) {
    return fail(ErrorKind::interrupted, "stopped by the operator");
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace rehearsal
