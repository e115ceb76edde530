#include "base/interrupt.h"

#include <atomic>

#include <signal.h>
#include <unistd.h>

#include "base/last_words.h"

namespace rehearsal {

namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) {
  if (g_interrupted.exchange(true)) {
    say_last_words();
    ::_exit(130);
  }
}

}  // namespace

void install_interrupt_handler() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    ::sigaction(number, &action, nullptr);
  }
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
}

bool interrupted() {
  return g_interrupted.load();
}
void interrupt_now_for_tests(bool value) {
  g_interrupted.store(value);
}

}  // namespace rehearsal
