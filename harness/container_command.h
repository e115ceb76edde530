// What docker and podman are told: the argument vectors of the container engine. Pure. Both programs take the same
// words but for those of users without privileges.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/engine.h"

namespace rehearsal {

inline constexpr const char* kRunLabel = "rehearsal.run";

struct ContainerHost {
  std::string program;           // "docker" or "podman"
  unsigned user = 0, group = 0;  // ours: what containers write must be ours, and what is ours they must read
  std::filesystem::path etc;     // the folder that write_sandbox_etc() made
  unsigned long open_files = 0;  // our own hard limit; 0: none. podman's defaults exceed it where root is restricted
};

// What every container has: no capabilities, a read-only root, our user, an /etc of ours, a label that tells its run.
// `network` is "none", "host" or "container:NAME". Never pulls an image.
[[nodiscard]] std::vector<std::string> container_arguments(const ContainerHost& host, const std::string& name,
                                                           const std::string& run, const std::string& network);

// A detached server container. Its data and run folders are at the same paths inside.
[[nodiscard]] std::vector<std::string> server_container_arguments(const ContainerHost& host, const ServerSpec& spec,
                                                                  const std::string& image);

// A container that runs a step to its end. `image` is used where the step names none.
[[nodiscard]] std::vector<std::string> step_container_arguments(const ContainerHost& host, const StepSpec& step,
                                                                const std::string& image, const std::string& network);

}  // namespace rehearsal
