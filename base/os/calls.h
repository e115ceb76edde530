// Calls of the operating system on files, folders, descriptors and processes: as the system's own of the same name,
// errno included, but each is a site at which a fault can be put (base/os/faults.h). The rooms make these calls only
// through here.
#pragma once

#include <cstddef>

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include "base/os/site.h"

struct pollfd;
struct sockaddr;

namespace rehearsal::os {

// Descriptors
int open(const char* path, int flags, mode_t mode = 0, Site from = Site::here());
int close(int fd, Site from = Site::here());
ssize_t read(int fd, void* into, std::size_t bytes, Site from = Site::here());
ssize_t pread(int fd, void* into, std::size_t bytes, off_t at, Site from = Site::here());
ssize_t write(int fd, const void* bytes, std::size_t count, Site from = Site::here());
ssize_t pwrite(int fd, const void* bytes, std::size_t count, off_t at, Site from = Site::here());
ssize_t copy_file_range(int in, off_t* in_at, int out, off_t* out_at, std::size_t bytes, Site from = Site::here());
int share_extents(int in, int out, Site from = Site::here());  // FICLONE
int ftruncate(int fd, off_t size, Site from = Site::here());
int fallocate(int fd, int mode, off_t at, off_t bytes, Site from = Site::here());
int fsync(int fd, Site from = Site::here());
int syncfs(int fd, Site from = Site::here());
int flock(int fd, int operation, Site from = Site::here());
int pipe2(int* ends, int flags, Site from = Site::here());
int memfd_create(const char* name, unsigned flags, Site from = Site::here());
void* mmap(void* address, std::size_t bytes, int protection, int flags, int fd, off_t at, Site from = Site::here());

// Names
int rename(const char* from_path, const char* to_path, Site from = Site::here());
int unlink(const char* path, Site from = Site::here());
int rmdir(const char* path, Site from = Site::here());
int mkdir(const char* path, mode_t mode, Site from = Site::here());
char* mkdtemp(char* path, Site from = Site::here());
int mknod(const char* path, mode_t mode, dev_t device, Site from = Site::here());
int chmod(const char* path, mode_t mode, Site from = Site::here());
int chown(const char* path, uid_t user, gid_t group, Site from = Site::here());
int lchown(const char* path, uid_t user, gid_t group, Site from = Site::here());
int stat(const char* path, struct stat* into, Site from = Site::here());
int lstat(const char* path, struct stat* into, Site from = Site::here());
int fstat(int fd, struct stat* into, Site from = Site::here());
int statvfs(const char* path, struct statvfs* into, Site from = Site::here());
ssize_t llistxattr(const char* path, char* into, std::size_t bytes, Site from = Site::here());
ssize_t lgetxattr(const char* path, const char* name, void* into, std::size_t bytes, Site from = Site::here());
int lsetxattr(const char* path, const char* name, const void* value, std::size_t bytes, int flags,
              Site from = Site::here());
int mount(const char* source, const char* target, const char* type, unsigned long flags, const void* data,
          Site from = Site::here());
int umount2(const char* target, int flags, Site from = Site::here());

// Processes and sockets
pid_t fork(Site from = Site::here());
pid_t waitpid(pid_t pid, int* status, int options, Site from = Site::here());
int kill(pid_t pid, int signal, Site from = Site::here());
int socket(int domain, int type, int protocol, Site from = Site::here());
int connect(int fd, const sockaddr* address, unsigned length, Site from = Site::here());
int poll(pollfd* fds, unsigned long count, int timeout_ms, Site from = Site::here());
ssize_t recv(int fd, void* into, std::size_t bytes, int flags, Site from = Site::here());

}  // namespace rehearsal::os
