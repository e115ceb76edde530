#include "base/os/calls.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/os/faults.h"
#include "base/os/power_cut.h"

namespace rehearsal::os {

namespace {

// The system's own answer, or that of a fault. `failed` is what the call returns with an errno.
template <typename Answer, typename Made>
Answer ask(const char* call, Site from, Answer failed, const Made& made) {
  const std::optional<Fault> fault = fault_at(call, from);
  if (fault && fault->kind == FaultKind::error) {
    errno = fault->number;
    return failed;
  }
  return made();
}

// Of a call that moves bytes: at a short count it is asked for half of them, at least one.
template <typename Made>
ssize_t move(const char* call, Site from, std::size_t bytes, const Made& made) {
  const std::optional<Fault> fault = fault_at(call, from);
  if (fault && fault->kind == FaultKind::error) {
    errno = fault->number;
    return -1;
  }
  return made(fault && fault->kind == FaultKind::part && bytes > 1 ? bytes / 2 : bytes);
}

}  // namespace

int open(const char* path, int flags, mode_t mode, Site from) {
  note_opening(path, flags);
  return ask("open", from, -1, [&] { return ::open(path, flags, mode); });
}

int close(int fd, Site from) {
  // The descriptor is gone whatever close() says.
  const int closed = ::close(fd);
  return ask("close", from, -1, [&] { return closed; });
}

ssize_t read(int fd, void* into, std::size_t bytes, Site from) {
  return move("read", from, bytes, [&](std::size_t most) { return ::read(fd, into, most); });
}

ssize_t pread(int fd, void* into, std::size_t bytes, off_t at, Site from) {
  return move("pread", from, bytes, [&](std::size_t most) { return ::pread(fd, into, most, at); });
}

ssize_t write(int fd, const void* bytes, std::size_t count, Site from) {
  note_writing(fd);
  return move("write", from, count, [&](std::size_t most) { return ::write(fd, bytes, most); });
}

ssize_t pwrite(int fd, const void* bytes, std::size_t count, off_t at, Site from) {
  note_writing(fd);
  return move("pwrite", from, count, [&](std::size_t most) { return ::pwrite(fd, bytes, most, at); });
}

ssize_t copy_file_range(int in, off_t* in_at, int out, off_t* out_at, std::size_t bytes, Site from) {
  note_writing(out);
  return move("copy_file_range", from, bytes,
              [&](std::size_t most) { return ::copy_file_range(in, in_at, out, out_at, most, 0); });
}

int share_extents(int in, int out, Site from) {
  note_writing(out);
  return ask("share_extents", from, -1, [&] { return ::ioctl(out, FICLONE, in); });
}

int ftruncate(int fd, off_t size, Site from) {
  return ask("ftruncate", from, -1, [&] { return ::ftruncate(fd, size); });
}

int fallocate(int fd, int mode, off_t at, off_t bytes, Site from) {
  return ask("fallocate", from, -1, [&] { return ::fallocate(fd, mode, at, bytes); });
}

int fsync(int fd, Site from) {
  const int done = ask("fsync", from, -1, [&] { return ::fsync(fd); });
  if (done == 0) {
    note_flushed(fd);
  }
  return done;
}

int syncfs(int fd, Site from) {
  const int done = ask("syncfs", from, -1, [&] { return ::syncfs(fd); });
  if (done == 0) {
    note_all_flushed();
  }
  return done;
}

int flock(int fd, int operation, Site from) {
  return ask("flock", from, -1, [&] { return ::flock(fd, operation); });
}

int pipe2(int* ends, int flags, Site from) {
  return ask("pipe2", from, -1, [&] { return ::pipe2(ends, flags); });
}

int memfd_create(const char* name, unsigned flags, Site from) {
  return ask("memfd_create", from, -1, [&] { return ::memfd_create(name, flags); });
}

void* mmap(void* address, std::size_t bytes, int protection, int flags, int fd, off_t at, Site from) {
  return ask("mmap", from, MAP_FAILED, [&] { return ::mmap(address, bytes, protection, flags, fd, at); });
}

int rename(const char* from_path, const char* to_path, Site from) {
  return ask("rename", from, -1, [&] {
    note_renaming(from_path, to_path);
    const int done = ::rename(from_path, to_path);
    if (done != 0) {
      const int number = errno;
      note_not_renamed();
      errno = number;
    }
    return done;
  });
}

int unlink(const char* path, Site from) {
  return ask("unlink", from, -1, [&] { return ::unlink(path); });
}

int rmdir(const char* path, Site from) {
  return ask("rmdir", from, -1, [&] { return ::rmdir(path); });
}

int mkdir(const char* path, mode_t mode, Site from) {
  return ask("mkdir", from, -1, [&] { return ::mkdir(path, mode); });
}

char* mkdtemp(char* path, Site from) {
  return ask("mkdtemp", from, static_cast<char*>(nullptr), [&] { return ::mkdtemp(path); });
}

int mknod(const char* path, mode_t mode, dev_t device, Site from) {
  return ask("mknod", from, -1, [&] { return ::mknod(path, mode, device); });
}

int chmod(const char* path, mode_t mode, Site from) {
  return ask("chmod", from, -1, [&] { return ::chmod(path, mode); });
}

int chown(const char* path, uid_t user, gid_t group, Site from) {
  return ask("chown", from, -1, [&] { return ::chown(path, user, group); });
}

int lchown(const char* path, uid_t user, gid_t group, Site from) {
  return ask("lchown", from, -1, [&] { return ::lchown(path, user, group); });
}

int stat(const char* path, struct stat* into, Site from) {
  return ask("stat", from, -1, [&] { return ::stat(path, into); });
}

int lstat(const char* path, struct stat* into, Site from) {
  return ask("lstat", from, -1, [&] { return ::lstat(path, into); });
}

int fstat(int fd, struct stat* into, Site from) {
  return ask("fstat", from, -1, [&] { return ::fstat(fd, into); });
}

int statvfs(const char* path, struct statvfs* into, Site from) {
  return ask("statvfs", from, -1, [&] { return ::statvfs(path, into); });
}

ssize_t llistxattr(const char* path, char* into, std::size_t bytes, Site from) {
  return ask("llistxattr", from, ssize_t{-1}, [&] { return ::llistxattr(path, into, bytes); });
}

ssize_t lgetxattr(const char* path, const char* name, void* into, std::size_t bytes, Site from) {
  return ask("lgetxattr", from, ssize_t{-1}, [&] { return ::lgetxattr(path, name, into, bytes); });
}

int lsetxattr(const char* path, const char* name, const void* value, std::size_t bytes, int flags, Site from) {
  return ask("lsetxattr", from, -1, [&] { return ::lsetxattr(path, name, value, bytes, flags); });
}

int mount(const char* source, const char* target, const char* type, unsigned long flags, const void* data, Site from) {
  return ask("mount", from, -1, [&] { return ::mount(source, target, type, flags, data); });
}

int umount2(const char* target, int flags, Site from) {
  return ask("umount2", from, -1, [&] { return ::umount2(target, flags); });
}

pid_t fork(Site from) {
  const std::optional<Fault> fault = fault_at("fork", from);
  if (fault && fault->kind == FaultKind::error) {
    errno = fault->number;
    return -1;
  }
  const pid_t pid = ::fork();
  if (pid > 0 && fault && fault->kind == FaultKind::kill_child) {
    ::kill(pid, SIGKILL);
  }
  return pid;
}

pid_t waitpid(pid_t pid, int* status, int options, Site from) {
  return ask("waitpid", from, -1, [&] { return ::waitpid(pid, status, options); });
}

int kill(pid_t pid, int signal, Site from) {
  return ask("kill", from, -1, [&] { return ::kill(pid, signal); });
}

int socket(int domain, int type, int protocol, Site from) {
  return ask("socket", from, -1, [&] { return ::socket(domain, type, protocol); });
}

int connect(int fd, const sockaddr* address, unsigned length, Site from) {
  return ask("connect", from, -1, [&] { return ::connect(fd, address, length); });
}

int poll(pollfd* fds, unsigned long count, int timeout_ms, Site from) {
  return ask("poll", from, -1, [&] { return ::poll(fds, count, timeout_ms); });
}

ssize_t recv(int fd, void* into, std::size_t bytes, int flags, Site from) {
  return ask("recv", from, ssize_t{-1}, [&] { return ::recv(fd, into, bytes, flags); });
}

}  // namespace rehearsal::os
