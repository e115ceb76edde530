#include "base/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

std::string reason() {
  return std::strerror(errno);
}

}  // namespace

Result<std::string> read_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail("cannot read: " + reason(), file.string());
  }
  std::string text;
  char block[65536];
  for (;;) {
    const ssize_t got = ::read(fd, block, sizeof block);
    if (got < 0) {
      const std::string why = reason();
      ::close(fd);
      return fail("cannot read: " + why, file.string());
    }
    if (got == 0) {
      break;
    }
    text.append(block, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return text;
}

std::string read_tail(const fs::path& file, std::size_t bytes) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return {};
  }
  const off_t size = ::lseek(fd, 0, SEEK_END);
  const off_t start = size > static_cast<off_t>(bytes) ? size - static_cast<off_t>(bytes) : 0;
  std::string text(static_cast<std::size_t>(size - start), '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), start);
  ::close(fd);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (start > 0) {
    const std::size_t line = text.find('\n');
    text.erase(0, line == std::string::npos ? 0 : line + 1);
  }
  return text;
}

namespace {

// All of it; false with errno.
bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put >= 0) {
      text.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<void> append_file(const fs::path& file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail("cannot write: " + reason(), file.string());
  }
  const bool written = write_all(fd, text);
  const std::string why = reason();
  if (::close(fd) != 0 || !written) {
    return fail("cannot write: " + (written ? reason() : why), file.string(),
                "free some space or choose another folder");
  }
  return {};
}

Result<void> write_file(const fs::path& file, std::string_view text) {
  fs::path part = file;
  part += "." + std::to_string(::getpid()) + ".part";
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail("cannot write: " + reason(), part.string());
  }
  if (!write_all(fd, text)) {
    const std::string why = reason();
    ::close(fd);
    ::unlink(part.c_str());
    return fail("cannot write: " + why, file.string(), "free some space or choose another folder");
  }
  const bool flushed = ::fsync(fd) == 0;
  const bool closed = ::close(fd) == 0;
  if (!flushed || !closed || ::rename(part.c_str(), file.c_str()) != 0) {
    const std::string why = reason();
    ::unlink(part.c_str());
    return fail("cannot write: " + why, file.string(), "free some space or choose another folder");
  }
  return {};
}

Result<void> make_private_dir(const fs::path& dir) {
  if (dir.empty()) {
    return {};
  }
  std::error_code error;
  if (fs::is_directory(dir, error)) {
    return {};
  }
  if (dir.has_parent_path() && dir.parent_path() != dir) {
    REHEARSAL_TRY(make_private_dir(dir.parent_path()));
  }
  if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail("cannot make the folder: " + reason(), dir.string());
  }
  return {};
}

Result<fs::path> make_unique_dir(const fs::path& parent, std::string_view prefix) {
  REHEARSAL_TRY(make_private_dir(parent));
  std::string name = (parent / (std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    return fail("cannot make a folder: " + reason(), parent.string());
  }
  return fs::path(name);
}

Result<void> remove_tree(const fs::path& dir) {
  std::error_code error;
  fs::remove_all(dir, error);
  if (error) {
    return fail("cannot remove: " + error.message(), dir.string());
  }
  return {};
}

Result<std::uint64_t> free_bytes(const fs::path& dir) {
  struct statvfs info {};
  if (::statvfs(dir.c_str(), &info) != 0) {
    return fail("cannot determine the free space: " + reason(), dir.string());
  }
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

std::uint64_t tree_bytes(const fs::path& dir) {
  std::uint64_t total = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(dir, error), end; !error && at != end; at.increment(error)) {
    struct stat info {};
    if (::lstat(at->path().c_str(), &info) == 0) {
      total += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
  }
  return total;
}

fs::path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  const std::string all = std::string(path != nullptr ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
  for (const std::string& dir : split(all, ':')) {
    if (dir.empty()) {
      continue;
    }
    fs::path candidate = fs::path(dir) / name;
    if (::access(candidate.c_str(), X_OK) == 0 && !fs::is_directory(candidate)) {
      return candidate;
    }
  }
  return {};
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) {
      ::close(fd_);
    }
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

namespace {

Result<int> open_lock(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail("cannot open the lock: " + reason(), file.string());
  }
  return fd;
}

int operation(FileLock::Mode mode) {
  return mode == FileLock::Mode::shared ? LOCK_SH : LOCK_EX;
}

}  // namespace

Result<FileLock> FileLock::wait(const fs::path& file, Mode mode, double after_interrupt) {
  REHEARSAL_TRY_SET(const int fd, open_lock(file));
  constexpr double kMostSeconds = 7200;
  const Stopwatch watch;
  std::optional<Stopwatch> asked;
  while (::flock(fd, operation(mode) | LOCK_NB) != 0) {
    if (interrupted() && !asked) {
      asked.emplace();
    }
    const bool stopped = asked && asked->seconds() >= after_interrupt;
    if (stopped || watch.seconds() > kMostSeconds || (errno != EINTR && errno != EWOULDBLOCK)) {
      const std::string why = errno == EWOULDBLOCK ? "another process holds it" : reason();
      ::close(fd);
      return stopped ? fail(ErrorKind::interrupted, "stopped by the operator", file.string())
                     : fail("cannot lock: " + why, file.string());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return FileLock(fd);
}

Result<FileLock> FileLock::try_lock(const fs::path& file, Mode mode) {
  REHEARSAL_TRY_SET(const int fd, open_lock(file));
  if (::flock(fd, operation(mode) | LOCK_NB) != 0) {
    ::close(fd);
    return FileLock();
  }
  return FileLock(fd);
}

}  // namespace rehearsal
