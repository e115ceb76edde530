#include "harness/cli/cli.h"

int main(int argc, char** argv) {
  return rehearsal::run_command_line(argc, argv);
}
