// What docker and podman are told: the argument vectors of the container engine. Pure. Both programs take the same
// words but for those of users without privileges.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/engine_kind.h"
#include "harness/engines/engine.h"
#include "harness/engines/syscalls.h"

namespace rehearsal {

inline constexpr const char* kRunLabel = "rehearsal.run";

struct ContainerHost {
  EngineKind engine;             // whose program is of the same name
  unsigned user = 0, group = 0;  // ours: what containers write must be ours, and what is ours they must read
  std::filesystem::path etc;     // the folder that write_sandbox_etc() made
  unsigned long open_files = 0;  // our own hard limit; 0: none. podman's defaults exceed it where root is restricted
};

// The profile for system calls below the folder that write_sandbox_etc() made.
[[nodiscard]] std::filesystem::path container_profile(const std::filesystem::path& etc, RoomGuest guest);

// What every container has: no capabilities, the system calls of harness/engines/syscalls.h, a read-only root, our
// user, an /etc of ours, a label that tells its run. `network` is "none", "host" or "container:NAME". Never pulls an
// image.
[[nodiscard]] std::vector<std::string> container_arguments(const ContainerHost& host, const std::string& name,
                                                           const std::string& run, const std::string& network,
                                                           RoomGuest guest, const StepLimits& limits = no_limits());

// A detached server container. Its data is at kServerData, its run folder at the same path inside.
[[nodiscard]] std::vector<std::string> server_container_arguments(const ContainerHost& host, const ServerSpec& spec,
                                                                  const std::string& image);

// The name of the shell that starts a step: its own messages begin with it.
inline constexpr const char* kStepShell = "rehearsal";

// A container that runs a step to its end. What it prints goes to its standard output; when it has ended, the error
// stream tells what the kernel counted, as exceeded_in() reads it. `image` is used where the step names none.
[[nodiscard]] std::vector<std::string> step_container_arguments(const ContainerHost& host, const StepSpec& step,
                                                                const std::string& image, const std::string& network);

}  // namespace rehearsal
