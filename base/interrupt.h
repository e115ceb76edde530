// Ctrl-C and friends. The first SIGINT, SIGTERM or SIGHUP asks everything to stop in good order: long loops look at
// interrupted() and return an Error of kind `interrupted`. The second ends the process at once.
#pragma once

#include "base/result.h"

namespace rehearsal {

void install_interrupt_handler();
[[nodiscard]] bool interrupted();
void interrupt_now_for_tests(bool value);

// An error where the operator has asked to stop.
[[nodiscard]] inline Result<void> check_interrupt() {
  if (interrupted()) {
    return fail(ErrorKind::interrupted, "stopped by the operator");
  }
  return {};
}

}  // namespace rehearsal
