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
#include "base/files.h"
#include "base/process.h"
#include "base/result.h"

namespace rehearsal {

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
  [[nodiscard]] std::filesystem::path file() const {
    return fd_ < 0 ? std::filesystem::path() : std::filesystem::path("/proc/self/fd/" + std::to_string(fd_));
  }
  [[nodiscard]] std::string text() const { return fd_ < 0 ? std::string() : read_file(file()).value_or(""); }

 private:
  int fd_;
};

// A stream of a program that is read as it comes: into its file, or kept.
struct OutputPipe {
  std::filesystem::path target;  // empty: kept
  std::string kept;
  int read_end = -1, write_end = -1, file_fd = -1;

  OutputPipe() = default;
  OutputPipe(OutputPipe&& other) noexcept
      : target(std::move(other.target)),
        kept(std::move(other.kept)),
        read_end(std::exchange(other.read_end, -1)),
        write_end(std::exchange(other.write_end, -1)),
        file_fd(std::exchange(other.file_fd, -1)) {}
  OutputPipe& operator=(OutputPipe&&) = delete;
  ~OutputPipe() {
    for (const int fd : {read_end, write_end, file_fd}) {
      if (fd >= 0) {
        ::close(fd);
      }
    }
  }

  [[nodiscard]] std::filesystem::path file() const { return "/proc/self/fd/" + std::to_string(write_end); }

  Result<void> open(const std::filesystem::path& to) {
    target = to;
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      return fail("cannot make a pipe: " + std::string(std::strerror(errno)));
    }
    read_end = ends[0];
    write_end = ends[1];
    ::fcntl(read_end, F_SETFL, O_NONBLOCK);
    ::fcntl(read_end, F_SETPIPE_SZ, 1 << 20);
    if (!target.empty()) {
      file_fd = ::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      if (file_fd < 0) {
        return fail("cannot write the program's output: " + std::string(std::strerror(errno)), target.string());
      }
    }
    return {};
  }

  Result<void> write(std::string_view bytes) {
    if (file_fd < 0) {
      kept += bytes;
      return {};
    }
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_fd, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) {
        return fail("cannot write the program's output: " + std::string(std::strerror(errno)), target.string());
      }
      bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
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
    ::close(std::exchange(out.write_end, -1));
    if (err) {
      ::close(std::exchange(err->write_end, -1));
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
      const ssize_t got = ::read(pipe.read_end, buffer, sizeof buffer);
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
