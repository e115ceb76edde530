#include "snapshots/load/load_stream.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace rehearsal {

namespace {

constexpr int kPipeBytes = 1 << 20;

// A statement that ends early closes the pipe under the writer: a value here, not a signal.
void block_broken_pipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void close_once(int& fd) {
  if (fd >= 0) {
    os::close(fd);
    fd = -1;
  }
}

}  // namespace

struct LoadStream::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    close_once(write_end);
    if (thread.joinable()) {
      thread.join();
    }
    close_once(read_end);
  }

  std::thread thread;
  int read_end = -1;
  int write_end = -1;
  Result<void> outcome;
  Sql* sql = nullptr;
};

LoadStream::LoadStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LoadStream::LoadStream(LoadStream&&) noexcept = default;
LoadStream& LoadStream::operator=(LoadStream&&) noexcept = default;
LoadStream::~LoadStream() = default;

Result<LoadStream> LoadStream::start(Sql& sql, const std::function<std::string(const std::string&)>& statement) {
  auto impl = std::make_unique<Impl>();
  int ends[2];
  if (os::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  impl->read_end = ends[0];
  impl->write_end = ends[1];
  static_cast<void>(::fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes));  // smaller where the system allows no more
  block_broken_pipe();
  impl->sql = &sql;
  // The connector opens the pipe once more by its path; this end is closed with the statement, so that a writer who
  // waits for a reader that is gone is told.
  Impl* const self = impl.get();
  const std::string text = statement("/proc/self/fd/" + std::to_string(ends[0]));
  impl->thread = std::thread([self, text] {
    self->outcome = self->sql->execute(text);
    close_once(self->read_end);
  });
  return LoadStream(std::move(impl));
}

Result<void> LoadStream::write(std::string_view bytes) {
  return write_all(impl_->write_end, bytes)
             ? Result<void>()
             : fail(std::string("the server stopped reading rows: ") + std::strerror(errno));
}

Result<std::uint64_t> LoadStream::finish() {
  close_once(impl_->write_end);
  impl_->thread.join();
  REHEARSAL_TRY(impl_->outcome);
  return impl_->sql->affected_rows();
}

}  // namespace rehearsal
