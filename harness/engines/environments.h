// Environments: the virtual environments in which a release's own code runs its database steps, made from the package
// index and kept below STATE/environments/SERVICE-VERSION-HASH. The hash covers the engine's platform, the constraints
// and the requirements, so an environment is used again only where it would be made the same.
//
// Everything that installing needs (uv, its cache, the folders themselves) lies below STATE/environments: uv links
// files out of its cache, and links do not cross mounts.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/engines/engine.h"

namespace rehearsal {

struct EnvironmentRequest {
  std::string service, release;                   // for names and messages
  std::string package, version;                   // what is asked of the package index
  std::filesystem::path constraints;              // optional: a file of versions that the release was tested with
  std::string exclude_newer;                      // optional: nothing uploaded after this date
  std::vector<std::string> requirements;          // "pymysql", "setuptools<81", plug-ins
  std::vector<std::string> version_command = {};  // of the package; starts and prints something; may be empty
};

// The environment's folder (bin/ below it), made where it is missing: the only case that uses the network. An
// environment counts as made only after its version command ran. That runs again before a use where it last did so more
// than 12 hours ago or programs or packages came or went since. One whose making was broken off, that was moved or that
// no longer starts is made anew. Two runs or lanes that want the same one do not make it twice. An Error carries the
// end of what the installer said.
[[nodiscard]] Result<std::filesystem::path> ensure_environment(Engine& engine, const std::filesystem::path& state,
                                                               const EnvironmentRequest& request,
                                                               const std::function<void(const std::string&)>& say);

// Several, some at a time: one waits for the network while another compiles. In the order of the requests; the first
// Error where one fails.
[[nodiscard]] Result<std::vector<std::filesystem::path>> ensure_environments(
    Engine& engine, const std::filesystem::path& state, const std::vector<EnvironmentRequest>& requests,
    const std::function<void(const std::string&)>& say);

// Where an environment's packages lie: lib/python3.11/site-packages and the like.
[[nodiscard]] Result<std::vector<std::filesystem::path>> package_folders(const std::filesystem::path& environment);

// Whether ensure_environment() would find it made.
[[nodiscard]] Result<bool> have_environment(Engine& engine, const std::filesystem::path& state,
                                            const EnvironmentRequest& request);

}  // namespace rehearsal
