#include "harness/engines/environments.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "base/threads.h"
#include "harness/engines/bytecode.h"
#include "harness/engines/environment_key.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

using Say = std::function<void(const std::string&)>;

constexpr double kInstallSeconds = 3600;
constexpr std::chrono::hours kCheckedFor{12};

struct Place {
  fs::path root;         // STATE/environments
  fs::path folder;       // root/KEY
  std::string material;  // what folder/.complete holds when it is made; written again with each check
  std::string constraints;
};

[[nodiscard]] bool complete(const fs::path& folder, const std::string& material) {
  return read_file(folder / ".complete").value_or("") == material;
}

// Whether it started lately, and no program or package came or went since.
bool checked_lately(const fs::path& folder) {
  std::error_code error;
  const auto checked = fs::last_write_time(folder / ".complete", error);
  if (error || fs::file_time_type::clock::now() - checked > kCheckedFor) {
    return false;
  }
  auto watched = package_folders(folder);
  if (!watched) {
    return false;
  }
  watched->push_back(folder / "bin");
  return std::all_of(watched->begin(), watched->end(), [&](const fs::path& dir) {
    std::error_code missing;
    const auto changed = fs::last_write_time(dir, missing);
    return !missing && changed <= checked;
  });
}

Result<Place> place_of(Engine& engine, const fs::path& state, const EnvironmentRequest& request) {
  Place place;
  if (!request.constraints.empty()) {
    REHEARSAL_TRY_SET(const std::string text, read_file(request.constraints));
    place.constraints = constraints_without(text, request.package);
    for (const std::string& requirement : request.requirements) {
      if (const std::size_t exact = requirement.find("=="); exact != std::string::npos) {
        place.constraints = constraints_without(place.constraints, std::string(trim(requirement.substr(0, exact))));
      }
    }
  }
  REHEARSAL_TRY_SET(const std::string platform, engine.platform());
  place.root = state / "environments";
  place.material = environment_material(request, platform, place.constraints);
  place.folder = place.root / environment_key(request, place.material);
  place.material += "at " + place.folder.string() + "\n";  // its programs name it: one that was moved does not start
  return place;
}

Result<FileLock> lock(const fs::path& root, const std::string& name) {
  REHEARSAL_TRY(make_private_dir(root / ".locks"));
  return FileLock::wait(root / ".locks" / name, FileLock::Mode::exclusive, 0);
}

// One program in the runner with the network; its words go to the end of an Error.
Result<void> run_installer(Engine& engine, const Place& place, const std::string& what, std::vector<std::string> argv,
                           const fs::path& log) {
  const Environment ours = own_environment();
  const auto named = ours.find("PIP_CONFIG_FILE");
  const fs::path pip_conf = named == ours.end() ? fs::path("/etc/pip.conf") : fs::path(named->second);
  StepSpec step;
  step.name = "rehearsal-install-" + place.folder.filename().string();
  step.run = "environments";
  step.argv = std::move(argv);
  step.environment = uv_settings(ours, read_file(pip_conf).value_or(""));
  step.environment["UV_NO_MANAGED_PYTHON"] = "1";
  step.environment["UV_PYTHON_DOWNLOADS"] = "never";
  step.environment["PYTHONDONTWRITEBYTECODE"] = "1";
  step.environment["HOME"] = "/tmp";
  step.environment["LANG"] = "C.UTF-8";
  step.mounts = {{place.root, place.root.string(), true}};
  step.output_file = log;
  step.timeout_seconds = kInstallSeconds;
  REHEARSAL_TRY_SET(const ProcessResult result, engine.run_with_network(step));
  if (!result.ok()) {
    return fail(result.timed_out ? what + " took longer than an hour"
                                 : what + " failed with exit status " + std::to_string(result.exit_status),
                log.string(),
                std::string(trim(read_tail(log, 2500))) +
                    "\nThis needs the package index; `rehearse prepare` does all such work beforehand");
  }
  return {};
}

// uv, in a plain virtual environment of its own, one for each platform.
Result<fs::path> ensure_uv(Engine& engine, const Place& place, const Say& say) {
  REHEARSAL_TRY_SET(const std::string platform, engine.platform());
  const fs::path folder = place.root / ".tools" / ("uv-" + platform);
  const std::string material = "uv\n";
  if (complete(folder, material)) {
    return folder / "bin/uv";
  }
  REHEARSAL_TRY_SET(const FileLock held, lock(place.root, "uv-" + platform));
  if (complete(folder, material)) {
    return folder / "bin/uv";
  }
  say("installing uv");
  REHEARSAL_TRY(remove_tree(folder));
  REHEARSAL_TRY(make_private_dir(folder.parent_path()));
  const fs::path log = place.root / ".logs" / ("uv-" + platform + ".log");
  REHEARSAL_TRY(run_installer(engine, place, "making a virtual environment for uv",
                              {"/usr/bin/python3", "-m", "venv", folder.string()}, log));
  REHEARSAL_TRY(run_installer(engine, place, "installing uv",
                              {(folder / "bin/python").string(), "-m", "pip", "install", "--quiet",
                               "--disable-pip-version-check", "uv>=0.5,<1"},
                              log));
  REHEARSAL_TRY(write_file(folder / ".complete", material));
  return folder / "bin/uv";
}

// Starts the release's program, which is to print something and end well.
Result<void> check(Engine& engine, const Place& place, const EnvironmentRequest& request) {
  if (!request.version_command.empty()) {
    std::vector<std::string> command = request.version_command;
    if (command.front().find('/') == std::string::npos) {
      command.front() = (place.folder / "bin" / command.front()).string();
    }
    const fs::path said = place.root / ".logs" / (place.folder.filename().string() + ".version.log");
    REHEARSAL_TRY(run_installer(engine, place, "starting " + request.package + " " + request.version, command, said));
  }
  return write_file(place.folder / ".complete", place.material);
}

Result<void> make_environment(Engine& engine, const Place& place, const EnvironmentRequest& request, const Say& say) {
  REHEARSAL_TRY(make_private_dir(place.root / ".logs"));
  REHEARSAL_TRY_SET(const fs::path uv, ensure_uv(engine, place, say));
  say("installing " + request.service + " " + request.version + " (" + request.release + ")");
  const fs::path log = place.root / ".logs" / (place.folder.filename().string() + ".log");
  const std::string what = "installing " + request.package + " " + request.version;
  REHEARSAL_TRY(remove_tree(place.folder));
  REHEARSAL_TRY(run_installer(engine, place, "making a virtual environment",
                              {"/usr/bin/python3", "-m", "venv", "--without-pip", place.folder.string()}, log));
  REHEARSAL_TRY(write_file(place.folder / "constraints.txt", place.constraints));
  REHEARSAL_TRY(run_installer(engine, place, what,
                              install_environment_arguments(uv, place.folder, place.root / ".cache", request), log));
  const fs::path compiling = place.root / ".logs" / (place.folder.filename().string() + ".compile.log");
  REHEARSAL_TRY(run_installer(engine, place, "compiling " + request.package,
                              {(place.folder / "bin/python").string(), "-c", kBytecodeScript,
                               (place.folder / "lib").string(), (place.root / ".cache/bytecode").string()},
                              compiling));
  return check(engine, place, request);
}

}  // namespace

Result<fs::path> ensure_environment(Engine& engine, const fs::path& state, const EnvironmentRequest& request,
                                    const Say& say) {
  REHEARSAL_TRY_SET(const Place place, place_of(engine, state, request));
  const auto usable = [&] { return complete(place.folder, place.material) && checked_lately(place.folder); };
  if (usable()) {
    return place.folder;
  }
  REHEARSAL_TRY_SET(const FileLock held, lock(place.root, place.folder.filename().string()));
  if (usable()) {
    return place.folder;
  }
  if (complete(place.folder, place.material)) {
    const Result<void> starts = check(engine, place, request);
    if (starts) {
      return place.folder;
    }
    if (starts.error().kind == ErrorKind::interrupted) {
      return fail(starts.error());
    }
    say("the environment of " + request.service + " " + request.version + " no longer starts and is made again");
  }
  REHEARSAL_TRY(make_environment(engine, place, request, say));
  return place.folder;
}

Result<std::vector<fs::path>> ensure_environments(Engine& engine, const fs::path& state,
                                                  const std::vector<EnvironmentRequest>& requests, const Say& say) {
  constexpr unsigned kAtOnce = 3;
  std::vector<fs::path> folders(requests.size());
  std::mutex talk;
  const Say say_in_turn = [&](const std::string& text) {
    const std::lock_guard guard(talk);
    say(text);
  };
  REHEARSAL_TRY(in_threads(kAtOnce, requests.size(), [&](const NextPlace& next) -> Result<void> {
    while (const auto at = next()) {
      REHEARSAL_TRY_SET(folders[*at], ensure_environment(engine, state, requests[*at], say_in_turn));
    }
    return {};
  }));
  return folders;
}

Result<std::vector<fs::path>> package_folders(const fs::path& environment) {
  REHEARSAL_TRY_SET(std::vector<fs::path> folders, entries_of(environment / "lib"));
  std::erase_if(folders, [](const fs::path& folder) { return !folder.filename().string().starts_with("python3"); });
  for (fs::path& folder : folders) {
    folder /= "site-packages";
  }
  return folders;
}

Result<bool> have_environment(Engine& engine, const fs::path& state, const EnvironmentRequest& request) {
  REHEARSAL_TRY_SET(const Place place, place_of(engine, state, request));
  return complete(place.folder, place.material);
}

}  // namespace rehearsal
