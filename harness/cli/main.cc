#include <iostream>

#include "base/os/faults.h"
#include "base/result.h"
#include "harness/cli/cli.h"

int main(int argc, char** argv) {
  if (std::string problem; !rehearsal::os::take_plan_of_environment(problem)) {
    std::cerr << "rehearse: " << problem << "\n";
    return rehearsal::exit_status(rehearsal::ErrorKind::usage);
  }
  if (rehearsal::os::faults_in_force()) {
    std::cerr << "rehearse: calls are made to fail, as REHEARSAL_FAULTS says: this is a test\n";
  }
  return rehearsal::run_command_line(argc, argv);
}
