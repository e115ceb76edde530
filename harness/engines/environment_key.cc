#include "harness/engines/environment_key.h"

#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

// Package names compare without case, and "-", "_" and "." are the same.
std::string normal_name(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    const bool dash = c == '-' || c == '_' || c == '.';
    if (!dash) {
      normal += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!normal.empty() && normal.back() != '-') {
      normal += '-';
    }
  }
  return normal;
}

std::string_view requirement_name(std::string_view line) {
  line = trim(line);
  return trim(line.substr(0, line.find_first_of("=<>!~;[@ \t#")));
}

// The keys of pip's configuration that concern installing, from [global] and [install].
std::map<std::string, std::string> pip_settings(const std::string& pip_conf) {
  std::map<std::string, std::string> settings;
  std::string section, key;
  for (const std::string& line : lines_of(pip_conf)) {
    const std::string_view text = trim(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') {
      continue;
    }
    if (text.front() == '[') {
      section = lower(text.substr(1, text.find(']') - 1));
      key.clear();
    } else if (section != "global" && section != "install") {
      continue;
    } else if (std::isspace(static_cast<unsigned char>(line.front())) != 0 && !key.empty()) {
      settings[key] += " " + std::string(text);
    } else if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
      key = replace_all(lower(trim(text.substr(0, equals))), "_", "-");
      settings[key] = trim(text.substr(equals + 1));
    }
  }
  return settings;
}

}  // namespace

std::string text_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

std::string environment_material(const EnvironmentRequest& request, const std::string& platform,
                                 const std::string& constraints) {
  std::vector<std::string> lines = {"platform " + platform, "install " + request.package + "==" + request.version};
  for (const std::string& requirement : request.requirements) {
    lines.push_back("install " + requirement);
  }
  if (!request.exclude_newer.empty()) {
    lines.push_back("exclude-newer " + request.exclude_newer);
  }
  lines.emplace_back("constraints");
  return join(lines, "\n") + "\n" + constraints;
}

std::string environment_key(const EnvironmentRequest& request, const std::string& material) {
  return fmt::format("{}-{}-{}", request.service, request.version, text_hash(material));
}

std::string constraints_without(const std::string& constraints, const std::string& package) {
  const std::string own = normal_name(package);
  std::string kept;
  for (const std::string& line : lines_of(constraints)) {
    if (normal_name(requirement_name(line)) != own) {
      kept += line + "\n";
    }
  }
  return kept;
}

std::vector<std::string> install_environment_arguments(const fs::path& uv, const fs::path& folder,
                                                       const fs::path& cache, const EnvironmentRequest& request) {
  std::vector<std::string> argv = {
      uv.string(),   "pip",          "install",     "--python", (folder / "bin/python").string(),
      "--cache-dir", cache.string(), "--link-mode", "hardlink", "--no-progress",
      "--color",     "never"};
  if (!request.constraints.empty()) {
    argv.insert(argv.end(), {"--constraints", (folder / "constraints.txt").string()});
  }
  if (!request.exclude_newer.empty()) {
    argv.insert(argv.end(), {"--exclude-newer", request.exclude_newer});
  }
  argv.push_back(request.package + "==" + request.version);
  argv.insert(argv.end(), request.requirements.begin(), request.requirements.end());
  return argv;
}

Environment uv_settings(const Environment& environment, const std::string& pip_conf) {
  constexpr std::array<std::pair<const char*, const char*>, 5> kSettings = {{
      {"index-url", "UV_INDEX_URL"},
      {"extra-index-url", "UV_EXTRA_INDEX_URL"},
      {"trusted-host", "UV_INSECURE_HOST"},
      {"find-links", "UV_FIND_LINKS"},
      {"cert", "SSL_CERT_FILE"},
  }};
  const std::map<std::string, std::string> file = pip_settings(pip_conf);
  Environment settings;
  for (const auto& [pip_name, uv_name] : kSettings) {
    std::string variable = "PIP_" + replace_all(pip_name, "-", "_");
    for (char& c : variable) {
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    if (environment.contains(uv_name)) {
      continue;
    }
    if (const auto told = environment.find(variable); told != environment.end() && !told->second.empty()) {
      settings[uv_name] = told->second;
    } else if (const auto found = file.find(pip_name); found != file.end()) {
      settings[uv_name] = found->second;
    }
  }
  if (const auto links = settings.find("UV_FIND_LINKS"); links != settings.end()) {
    links->second = replace_all(links->second, " ", ",");
  }
  return settings;
}

}  // namespace rehearsal
