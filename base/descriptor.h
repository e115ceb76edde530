// A descriptor that is closed when its object ends, and the loops that a read or a write of a file needs: calls that a
// signal broke off are made again, and what was moved in part is moved on.
#pragma once

#include <cerrno>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "base/os/calls.h"

namespace rehearsal {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      static_cast<void>(close());
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { static_cast<void>(close()); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  // For whoever wrote: an error of close() may be that of a write. errno has it; true also where nothing was open.
  bool close(os::Site from = os::Site::here()) {
    const int fd = release();
    return fd < 0 || os::close(fd, from) == 0;
  }

 private:
  int fd_ = -1;
};

// `call` again as long as a signal breaks it off.
template <typename CallAgain>
[[nodiscard]] auto unbroken(const CallAgain& call) {
  for (;;) {
    const auto done = call();
    if (done != -1 || errno != EINTR) {
      return done;
    }
  }
}

// The file, closed in programs that we start; not ok() with errno where it cannot be opened.
[[nodiscard]] inline Descriptor open_file(const char* path, int flags, mode_t mode = 0,
                                          os::Site from = os::Site::here()) {
  return Descriptor(unbroken([&] { return os::open(path, flags, mode, from); }));
}

// All of it; false with errno.
[[nodiscard]] inline bool write_all(int fd, std::string_view text, os::Site from = os::Site::here()) {
  while (!text.empty()) {
    const ssize_t put = unbroken([&] { return os::write(fd, text.data(), text.size(), from); });
    if (put < 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace rehearsal
