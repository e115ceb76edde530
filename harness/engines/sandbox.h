// The sandbox of the process engine: what bwrap is told, so that a program sees /usr, its own mounts, an /etc made by
// us, and nothing else of this machine. Pure, but for looking at how this machine lays out /lib.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "harness/engines/engine.h"
#include "harness/engines/syscalls.h"

namespace rehearsal {

enum class SandboxNetwork {
  own,      // a new namespace with only loopback
  joined,   // the one that nsenter entered before
  machine,  // the machine's: for installing packages only
};

struct SandboxSpec {
  std::filesystem::path root = "/";  // whose /usr, /bin and /lib are shown
  SandboxNetwork network = SandboxNetwork::own;
  std::filesystem::path etc;  // the folder that write_sandbox_etc() made
  RoomGuest guest = RoomGuest::step;
  std::uint64_t temporary_bytes = 0;  // as system_arguments() takes it
  std::vector<Mount> mounts;
  std::string directory;    // inside; empty: /
  Environment environment;  // all of it
  std::vector<std::string> argv;
};

// The words of bubblewrap that show the system's programs and nothing else of the machine. All of / would take every
// mount of the machine along, and fail where one of them goes meanwhile. `root`: those of another system, unpacked
// there.
// Temporary files lie in memory; each place for them takes `temporary_bytes`, or half of the machine's memory where
// that is 0.
[[nodiscard]] std::vector<std::string> system_arguments(const std::filesystem::path& root = "/",
                                                        std::uint64_t temporary_bytes = 0);

// Where bwrap finds its filter for system calls: kFilterNumber has the file sandbox_filter() open for it.
inline constexpr int kFilterNumber = 50;
[[nodiscard]] std::filesystem::path sandbox_filter(const std::filesystem::path& etc, RoomGuest guest);

// bwrap and its arguments. The sandbox has its own mount, PID, IPC and UTS namespaces, no capabilities, no kernel
// settings that can be written, and only the system calls of harness/engines/syscalls.h.
//
// It dies with the thread that started it: bwrap's --die-with-parent rests on PR_SET_PDEATHSIG, which the kernel sends
// when the creating thread ends, not the process. Whoever starts a server keeps that thread until the server is gone.
[[nodiscard]] std::vector<std::string> sandbox_arguments(const SandboxSpec& spec);

// Goes before sandbox_arguments(): enters the user and the network namespace of a process.
[[nodiscard]] std::vector<std::string> join_arguments(int pid);
// Goes right before sandbox_arguments(): no core files, and as many processes as this in the user namespace (0: any).
// The kernel does not hold root to the number; a control group does.
[[nodiscard]] std::vector<std::string> resource_arguments(std::int64_t processes);

// Goes before sandbox_arguments(): a user namespace in which we are root. The real root too: what the kernel lets only
// root of the machine do is then out of reach.
[[nodiscard]] std::vector<std::string> user_namespace_arguments();

// The filters and profiles for system calls, and passwd, group, hosts, nsswitch.conf and a resolv.conf that names only
// loopback, where nothing answers: some libraries refuse to start without one.
Result<void> write_sandbox_etc(const std::filesystem::path& folder);

// The host's files that installing packages needs: name resolution, certificates, pip's configuration, and files that
// the environment names. Only those that exist.
[[nodiscard]] std::vector<Mount> network_mounts(const Environment& environment);
// The variables of the operator that say how the package index is reached.
[[nodiscard]] Environment network_environment(const Environment& environment);

}  // namespace rehearsal
