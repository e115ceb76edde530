// The program under test, run as a user would run it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "environment.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"

namespace rehearsal {

// The state directory that all integration tests share, so that environments are made once.
inline std::string shared_state() {
  return from_environment("REHEARSAL_STATE", (std::filesystem::temp_directory_path() / "rehearsal-tests").string());
}

inline Command rehearse_command(std::vector<std::string> words, const std::string& state = shared_state()) {
  Command command;
  command.argv = {REHEARSAL_PROGRAM};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.argv.insert(command.argv.end(), {"--state", state});
  command.environment = own_environment();
  command.timeout_seconds = 900;
  return command;
}

// The paths in these folders of a state directory.
inline std::vector<std::string> paths_in(const std::filesystem::path& state,
                                         std::initializer_list<const char*> folders) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const char* folder : folders) {
    for (std::filesystem::directory_iterator at(state / folder, error), end; !error && at != end; at.increment(error)) {
      paths.push_back(at->path().string());
    }
  }
  return paths;
}

// The folders of runs, in the state directory and in its store.
inline std::vector<std::string> run_folders(const std::filesystem::path& state) {
  return paths_in(state, {"runs", "store/runs", "store.d/runs"});
}

inline std::filesystem::path case_folder(const std::string& name) {
  return std::filesystem::path(REHEARSAL_SOURCE_DIR) / "tests/cases" / name;
}

// Engines that really work here, of those wanted.
inline std::vector<std::string> working_engines() {
  std::vector<std::string> engines;
  for (const char* name : {"process", "docker"}) {
    if (std::string(name) == "docker") {
      const auto info = run_process({{"docker", "info"}, own_environment(), {}, {}, {}, {}, 20, true});
      if (!info || !info->ok()) {
        continue;
      }
    }
    engines.emplace_back(name);
  }
  return engines;
}

}  // namespace rehearsal
