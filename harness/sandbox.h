// The sandbox of the process engine: what bwrap is told, so that a program sees /usr, its own mounts, an /etc made by
// us, and nothing else of this machine. Pure, but for looking at how this machine lays out /lib.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "harness/engine.h"

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
  std::vector<Mount> mounts;
  std::string directory;    // inside; empty: /
  Environment environment;  // all of it
  std::vector<std::string> argv;
};

// The words of bubblewrap that show the system's programs and nothing else of the machine. All of / would take every
// mount of the machine along, and fail where one of them goes meanwhile. `root`: those of another system, unpacked
// there.
[[nodiscard]] std::vector<std::string> system_arguments(const std::filesystem::path& root = "/");

// bwrap and its arguments. The sandbox has its own mount, PID, IPC and UTS namespaces and no capabilities.
//
// It dies with the thread that started it: bwrap's --die-with-parent rests on PR_SET_PDEATHSIG, which the kernel sends
// when the creating thread ends, not the process. Whoever starts a server keeps that thread until the server is gone.
[[nodiscard]] std::vector<std::string> sandbox_arguments(const SandboxSpec& spec);

// Goes before sandbox_arguments(): enters the network (and, without privileges, the user namespace) of a process.
[[nodiscard]] std::vector<std::string> join_arguments(int pid, bool with_user_namespace);
// Goes before sandbox_arguments() for users other than root: a user namespace in which they are root.
[[nodiscard]] std::vector<std::string> user_namespace_arguments();

// passwd, group, hosts, nsswitch.conf and a resolv.conf that names only loopback, where nothing answers: some
// libraries refuse to start without one.
Result<void> write_sandbox_etc(const std::filesystem::path& folder);

// The host's files that installing packages needs: name resolution, certificates, pip's configuration, and files that
// the environment names. Only those that exist.
[[nodiscard]] std::vector<Mount> network_mounts(const Environment& environment);
// The variables of the operator that say how the package index is reached.
[[nodiscard]] Environment network_environment(const Environment& environment);

}  // namespace rehearsal
