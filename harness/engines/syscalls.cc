#include "harness/engines/syscalls.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <vector>

#include <linux/netlink.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"
#include "base/os/calls.h"
#include "base/text.h"

namespace rehearsal {

namespace {

// Without condition. Not here, on purpose: namespaces, mounts, modules, keys, tracing and reading of other processes,
// handles of files, io_uring (its sockets pass by the rules for sockets), clone3 (its flags cannot be looked at; every
// libc falls back to clone).
constexpr const char* kAllowed =
    // files
    "access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 "
    "fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock "
    "fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr "
    "inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr "
    "llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pipe "
    "pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr "
    "rename renameat renameat2 rmdir sendfile setxattr splice stat statfs statx symlink symlinkat sync "
    "sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice write writev "
    // waiting for them
    "epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 io_cancel io_destroy "
    "io_getevents io_pgetevents io_setup io_submit poll ppoll pselect6 select "
    // memory
    "brk get_mempolicy madvise membarrier memfd_create mincore mlock mlock2 mlockall mmap mprotect mremap mseal msync "
    "munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages shmat shmctl shmdt shmget "
    // processes and threads
    "arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue futex_wait futex_waitv "
    "futex_wake get_robust_list getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority "
    "getresgid getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set kill pause pidfd_open "
    "pidfd_send_signal prctl prlimit64 restart_syscall riscv_flush_icache rseq rt_sigaction rt_sigpending "
    "rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo "
    "sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler "
    "sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield semctl semget "
    "semop semtimedop msgctl msgget msgrcv msgsnd mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend "
    "mq_unlink set_robust_list set_tid_address setfsgid setfsuid setgid setgroups setpgid setpriority setregid "
    "setresgid setresuid setreuid setrlimit setsid setuid sigaltstack signalfd signalfd4 sysinfo tgkill times tkill "
    "uname vfork wait4 waitid "
    // time
    "alarm clock_getres clock_gettime clock_nanosleep getitimer getrandom gettimeofday nanosleep setitimer time "
    "timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime "
    "timerfd_settime "
    // sockets that are open
    "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg "
    "sendto setsockopt shutdown";

constexpr const char* kOfServer = "io_uring_enter io_uring_register io_uring_setup";

// One argument of a call, held against a value.
struct Condition {
  unsigned argument;
  std::uint64_t value;
  std::uint64_t mask = 0;  // not 0: only these bits
};

struct Conditional {
  const char* call;
  std::vector<Condition> all_of;
};

// Every kind of namespace that clone() can make.
constexpr std::uint64_t kNamespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
#if defined(__s390__)
constexpr unsigned kCloneFlags = 1;
#else
constexpr unsigned kCloneFlags = 0;
#endif

std::vector<Conditional> conditionals() {
  return {
      {"clone", {{kCloneFlags, 0, kNamespaces}}},
      {"socket", {{0, AF_UNIX}}},
      {"socket", {{0, AF_INET}}},
      {"socket", {{0, AF_INET6}}},
      // How libraries ask which addresses there are.
      {"socket", {{0, AF_NETLINK}, {2, NETLINK_ROUTE}}},
      {"socketpair", {{0, AF_UNIX}}},
      // What is set already, "Linux" in 64 and 32 bits, and the question.
      {"personality", {{0, 0}}},
      {"personality", {{0, 8}}},
      {"personality", {{0, 0xffffffff}}},
  };
}

std::vector<std::string> allowed(RoomGuest guest) {
  std::vector<std::string> names = split(kAllowed, ' ');
  if (guest == RoomGuest::server) {
    const std::vector<std::string> more = split(kOfServer, ' ');
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

int add_rule(scmp_filter_ctx filter, const std::string& name, const std::vector<Condition>& all_of) {
  const int call = ::seccomp_syscall_resolve_name(name.c_str());
  if (call == __NR_SCMP_ERROR) {
    return 0;  // the library is older than the call
  }
  std::vector<scmp_arg_cmp> conditions;
  for (const Condition& one : all_of) {
    conditions.push_back(
        one.mask == 0
            ? scmp_arg_cmp{.arg = one.argument, .op = SCMP_CMP_EQ, .datum_a = one.value, .datum_b = 0}
            : scmp_arg_cmp{.arg = one.argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = one.mask, .datum_b = one.value});
  }
  const int added = ::seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, static_cast<unsigned>(conditions.size()),
                                             conditions.data());
  return added == -EDOM ? 0 : added;  // a call that this architecture does not have
}

}  // namespace

Result<std::string> seccomp_filter(RoomGuest guest) {
  const auto refused = [](int status) {
    return fail("the filter for system calls cannot be made: " + std::string(std::strerror(-status)));
  };
  const std::unique_ptr<void, decltype(&::seccomp_release)> filter(::seccomp_init(SCMP_ACT_ERRNO(ENOSYS)),
                                                                   ::seccomp_release);
  if (!filter) {
    return refused(-ENOMEM);
  }
  // Calls in the manner of another architecture would pass by the numbers that are looked at.
  int status = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  for (const std::string& name : allowed(guest)) {
    status = status == 0 ? add_rule(filter.get(), name, {}) : status;
  }
  for (const Conditional& rule : conditionals()) {
    status = status == 0 ? add_rule(filter.get(), rule.call, rule.all_of) : status;
  }
  if (status != 0) {
    return refused(status);
  }
  const int fd = os::memfd_create("rehearsal-seccomp", MFD_CLOEXEC);
  if (fd < 0) {
    return refused(-errno);
  }
  status = ::seccomp_export_bpf(filter.get(), fd);
  Result<std::string> bytes = read_file("/proc/self/fd/" + std::to_string(fd));
  os::close(fd);
  if (status != 0) {
    return refused(status);
  }
  return bytes;
}

std::string seccomp_profile(RoomGuest guest) {
  using nlohmann::ordered_json;
  ordered_json profile = {{"defaultAction", "SCMP_ACT_ERRNO"}, {"defaultErrnoRet", ENOSYS}};
  profile["syscalls"] = ordered_json::array({{{"names", allowed(guest)}, {"action", "SCMP_ACT_ALLOW"}}});
  for (const Conditional& rule : conditionals()) {
    ordered_json arguments = ordered_json::array();
    for (const Condition& one : rule.all_of) {
      // Where bits are masked, "value" is the mask and "valueTwo" what is left.
      arguments.push_back(one.mask == 0
                              ? ordered_json{{"index", one.argument}, {"value", one.value}, {"op", "SCMP_CMP_EQ"}}
                              : ordered_json{{"index", one.argument},
                                             {"value", one.mask},
                                             {"valueTwo", one.value},
                                             {"op", "SCMP_CMP_MASKED_EQ"}});
    }
    profile["syscalls"].push_back(
        {{"names", {rule.call}}, {"action", "SCMP_ACT_ALLOW"}, {"args", std::move(arguments)}});
  }
  // Older engines know one refusal only, EPERM, at which no libc falls back to clone.
  profile["syscalls"].push_back({{"names", {"clone3"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", ENOSYS}});
  return profile.dump(2) + "\n";
}

}  // namespace rehearsal
