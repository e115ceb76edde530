#include "snapshots/bytes/decoder.h"

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/contains.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/os/calls.h"
#include "base/text.h"

namespace rehearsal {

namespace {

struct Program {
  std::vector<std::string> argv;
  std::string package;
};

std::vector<Program> programs_for(const std::string& compression) {
  if (compression == "gzip") {
    return {{{"pigz", "-dc"}, "pigz"}, {{"gzip", "-dc"}, "gzip"}};
  }
  if (compression == "zstd") {
    return {{{"zstd", "-dcq", "--long=31"}, "zstd"}};
  }
  if (compression == "xz") {
    return {{{"xz", "-dcq"}, "xz-utils"}};
  }
  return {{{"bzip2", "-dc"}, "bzip2"}};
}

void close_all(int& a, int& b) {
  for (int* fd : {&a, &b}) {
    if (*fd >= 0) {
      os::close(std::exchange(*fd, -1));
    }
  }
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(const char* program, char* const* argv, char* const* environment, int in, int out, int err) {
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) {
    ::_exit(127);
  }
  ::close_range(3, ~0U, 0);
  ::execve(program, argv, environment);
  ::_exit(127);
}

}  // namespace

Decoder::Decoder(Decoder&& other) noexcept
    : program_(std::move(other.program_)),
      pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      words_(std::exchange(other.words_, -1)) {}

Decoder& Decoder::operator=(Decoder&& other) noexcept {
  if (this != &other) {
    release();
    program_ = std::move(other.program_);
    pid_ = std::exchange(other.pid_, -1);
    output_ = std::exchange(other.output_, -1);
    words_ = std::exchange(other.words_, -1);
  }
  return *this;
}

Decoder::~Decoder() {
  release();
}

void Decoder::release() {
  close_all(output_, words_);  // it ends by itself when nobody reads
  if (pid_ > 0) {
    os::kill(pid_, SIGKILL);
    static_cast<void>(unbroken([&] { return os::waitpid(pid_, nullptr, 0); }));
    pid_ = -1;
  }
}

Result<Decoder> Decoder::start(const std::string& compression, int file) {
  Decoder decoder;
  std::vector<std::string> argv;
  std::string path;
  const std::vector<Program> programs = programs_for(compression);
  for (const Program& program : programs) {
    path = find_program(program.argv.front()).string();
    if (!path.empty()) {
      argv = program.argv;
      break;
    }
  }
  if (argv.empty()) {
    const Program& wanted = programs.back();
    return fail("the dump is compressed with " + compression + " and the program that decompresses it is not installed",
                wanted.argv.front(), "install the package " + wanted.package);
  }
  decoder.program_ = argv.front();
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (std::string& argument : argv) {
    arguments.push_back(argument.data());
  }
  arguments.push_back(nullptr);
  std::string locale = "LC_ALL=C";
  char* environment[] = {locale.data(), nullptr};

  int ends[2] = {-1, -1};
  decoder.words_ = os::memfd_create("decoder-words", MFD_CLOEXEC);
  if (decoder.words_ < 0 || os::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(std::string("cannot make a pipe: ") + std::strerror(errno), argv.front());
  }
  decoder.output_ = ends[0];
  ::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);  // fewer switches between the two; the kernel may refuse
  const pid_t pid = os::fork();
  if (pid == 0) {
    become(path.c_str(), arguments.data(), environment, file, ends[1], decoder.words_);
  }
  os::close(ends[1]);
  if (pid < 0) {
    return fail(std::string("cannot start the program: ") + std::strerror(errno), argv.front());
  }
  decoder.pid_ = pid;
  return decoder;
}

Result<void> Decoder::finish() {
  int status = 0;
  const pid_t ended = unbroken([&] { return os::waitpid(pid_, &status, 0); });
  if (ended < 0) {
    return fail(program_ + ": how it ended cannot be found out: " + std::strerror(errno));
  }
  pid_ = -1;
  char words[2000];
  const ssize_t got = unbroken([&] { return os::pread(words_, words, sizeof words, 0); });
  std::string said(trim(std::string_view(words, got > 0 ? static_cast<std::size_t>(got) : 0)));
  // bzip2 says so and ends as if all were well.
  const bool more = contains(said, "trailing garbage");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !more) {
    return {};
  }
  if (WIFSIGNALED(status)) {
    said = "ended by signal " + std::to_string(WTERMSIG(status)) + (said.empty() ? "" : ": " + said);
  } else if (said.empty()) {
    said = "exit status " + std::to_string(WEXITSTATUS(status));
  }
  return fail(said.starts_with(program_) ? said : program_ + ": " + said);
}

}  // namespace rehearsal
