// Running programs: an argument vector, never a shell. A child inherits no descriptor but its three streams, gets
// exactly the environment it is given and a process group of its own, which is killed whole on a timeout or Ctrl-C.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/os/site.h"
#include "base/result.h"

namespace rehearsal {

using Environment = std::map<std::string, std::string>;

// This process's environment, for programs that need the operator's (proxies, engine sockets).
[[nodiscard]] Environment own_environment();

struct Command {
  std::vector<std::string> argv;      // argv[0] is looked up on PATH where it has no slash
  Environment environment;            // all of it
  std::filesystem::path directory;    // empty: ours
  std::filesystem::path input_file;   // empty: /dev/null
  std::filesystem::path output_file;  // empty: captured
  std::filesystem::path error_file;   // empty: captured; the same file as output_file: both interleaved
  double timeout_seconds = 0;         // 0: none
  bool heed_interrupt = true;         // false for cleaning up after Ctrl-C
  double idle_seconds = 0;            // without a byte of output; 0: may be silent forever
  std::uint64_t output_bytes = 0;     // as much as it may print, both streams together; 0: anything
  // Asked several times a second with its process, and once when that has ended; a word ends it, and tells what for.
  std::function<std::string(int pid)> watch = {};
  // Files that it finds open for reading at these numbers; above 2, and below the limit for open files.
  std::map<int, std::filesystem::path> open_files = {};
};

struct ProcessResult {
  int exit_status = 0;  // 128 + signal where a signal ended it
  bool timed_out = false;
  std::string ended_by;  // "time", "idle", "output" or the word of Command::watch, where one of them ended it
  double seconds = 0;
  std::string out;  // captured, where no file was asked for
  std::string err;

  [[nodiscard]] bool ok() const { return exit_status == 0 && ended_by.empty(); }
};

// Runs to the end. An Error means that it could not be started or that the operator interrupted; a program that ran
// and failed is a value.
[[nodiscard]] Result<ProcessResult> run_process(const Command& command, os::Site from = os::Site::here());

// run_process for a program whose failure is a failure: an Error carries the tail of what it printed.
[[nodiscard]] Result<std::string> run_checked(const Command& command, os::Site from = os::Site::here());

// A program that runs beside us. Destroying it kills its process group.
class Child {
 public:
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  [[nodiscard]] static Result<Child> start(const Command& command, os::Site from = os::Site::here());
  [[nodiscard]] int pid() const;
  [[nodiscard]] bool running();
  void signal(int number);  // to the whole group
  // Waits; kills the group after the timeout (0: forever). The exit status as in ProcessResult.
  int wait(double timeout_seconds = 0);

 private:
  struct Impl;
  explicit Child(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rehearsal
