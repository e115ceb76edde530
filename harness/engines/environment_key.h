// The pure part of environments: what an environment is called, which constraints it is made with, and how the
// operator's settings for pip are told to uv.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "harness/engines/environments.h"

namespace rehearsal {

// 16 hexadecimal digits: names a file or folder; the full text kept in it decides.
[[nodiscard]] std::string text_hash(std::string_view text);

// Everything that matters for what is installed, as text: the same text means the same environment.
[[nodiscard]] std::string environment_material(const EnvironmentRequest& request, const std::string& platform,
                                               const std::string& constraints);

// "service-version-0123456789abcdef": the folder's name.
[[nodiscard]] std::string environment_key(const EnvironmentRequest& request, const std::string& material);

// Constraints without the lines of one package: the service's own version is asked for, whatever they say.
[[nodiscard]] std::string constraints_without(const std::string& constraints, const std::string& package);

// The arguments of uv, the program first.
[[nodiscard]] std::vector<std::string> install_environment_arguments(const std::filesystem::path& uv,
                                                                     const std::filesystem::path& folder,
                                                                     const std::filesystem::path& cache,
                                                                     const EnvironmentRequest& request);

// uv reads none of pip's settings: index and certificates of pip's variables and configuration file in uv's own words.
// What uv was told directly wins.
[[nodiscard]] Environment uv_settings(const Environment& environment, const std::string& pip_conf);

}  // namespace rehearsal
