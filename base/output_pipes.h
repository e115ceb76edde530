// The streams of a program that we run: captured, or read as they come.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/os/calls.h"
#include "base/process.h"
#include "base/result.h"

namespace rehearsal {

// A captured stream goes through a file in memory: no reader thread, no pipe that fills up, nothing left behind.
class Capture {
 public:
  // Of nothing where it is not wanted.
  [[nodiscard]] static Result<Capture> make(bool wanted) {
    Capture capture;
    if (wanted) {
      capture.memory_ = Descriptor(os::memfd_create("rehearsal-output", MFD_CLOEXEC));
      if (!capture.memory_.ok()) {
        return fail("cannot capture what the program says: " + std::string(std::strerror(errno)));
      }
    }
    return capture;
  }
  [[nodiscard]] std::filesystem::path file() const {
    return memory_.ok() ? std::filesystem::path("/proc/self/fd/" + std::to_string(memory_.get()))
                        : std::filesystem::path();
  }
  [[nodiscard]] Result<std::string> text() const { return memory_.ok() ? read_file(file()) : std::string(); }

 private:
  Descriptor memory_;
};

// A stream of a program that is read as it comes: into its file, or kept.
struct OutputPipe {
  std::filesystem::path target;  // empty: kept
  std::string kept;
  Descriptor read_end, write_end, out;

  [[nodiscard]] std::filesystem::path file() const { return "/proc/self/fd/" + std::to_string(write_end.get()); }

  Result<void> open(const std::filesystem::path& to) {
    target = to;
    int ends[2] = {-1, -1};
    if (os::pipe2(ends, O_CLOEXEC) != 0) {
      return fail("cannot make a pipe: " + std::string(std::strerror(errno)));
    }
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
    ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(read_end.get(), F_SETPIPE_SZ, 1 << 20);
    if (!target.empty()) {
      out = open_file(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      if (!out.ok()) {
        return fail("cannot write the program's output: " + std::string(std::strerror(errno)), target.string());
      }
    }
    return {};
  }

  Result<void> write(std::string_view bytes) {
    if (!out.ok()) {
      kept += bytes;
      return {};
    }
    if (!write_all(out.get(), bytes)) {
      return fail("cannot write the program's output: " + std::string(std::strerror(errno)), target.string());
    }
    return {};
  }
};

struct OutputPipes {
  OutputPipe out;
  std::optional<OutputPipe> err;  // none: both streams in one
  std::uint64_t passed = 0;
  bool full = false;
  Stopwatch silent;

  static Result<std::optional<OutputPipes>> make(const Command& command, bool wanted) {
    std::optional<OutputPipes> pipes;
    if (!wanted) {
      return pipes;
    }
    pipes.emplace();
    REHEARSAL_TRY(pipes->out.open(command.output_file));
    if (command.output_file.empty() || command.output_file != command.error_file) {
      pipes->err.emplace();
      REHEARSAL_TRY(pipes->err->open(command.error_file));
    }
    return pipes;
  }

  // The child has the ends that are written to: ours would keep the pipes open.
  void started() {
    static_cast<void>(out.write_end.close());
    if (err) {
      static_cast<void>(err->write_end.close());
    }
  }

  // What is there now, as far as the limit lets it pass.
  Result<void> pass_on(std::uint64_t limit) {
    busy_ = false;
    REHEARSAL_TRY(pass_on(out, limit));
    return err ? pass_on(*err, limit) : Result<void>();
  }
  [[nodiscard]] bool busy() const { return busy_; }

 private:
  Result<void> pass_on(OutputPipe& pipe, std::uint64_t limit) {
    char buffer[1 << 16];
    // A program that never pauses must not keep us from looking at the other limits.
    for (int i = 0; i < 64; ++i) {
      const ssize_t got = unbroken([&] { return os::read(pipe.read_end.get(), buffer, sizeof buffer); });
      if (got < 0 && errno != EAGAIN) {
        return fail("cannot read the program's output: " + std::string(std::strerror(errno)), pipe.target.string());
      }
      if (got <= 0) {
        return {};
      }
      busy_ = true;
      silent = Stopwatch();
      std::uint64_t passes = static_cast<std::uint64_t>(got);
      if (limit > 0 && passed + passes > limit) {
        full = true;
        passes = limit - passed;
      }
      passed += passes;
      REHEARSAL_TRY(pipe.write({buffer, static_cast<std::size_t>(passes)}));
    }
    return {};
  }

  bool busy_ = false;
};

}  // namespace rehearsal
