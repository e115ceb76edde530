#include "harness/engines/container_command.h"

#include <algorithm>

#include "base/text.h"
#include "harness/engines/server_command.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

void append(std::vector<std::string>& argv, const std::vector<std::string>& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

// The words of --mount are fields of CSV.
std::string field(const std::string& text) {
  return text.find_first_of(",\"") == std::string::npos ? text : "\"" + replace_all(text, "\"", "\"\"") + "\"";
}

void add_mount(std::vector<std::string>& argv, const fs::path& from, const std::string& to, bool writable) {
  append(argv, {"--mount", "type=bind," + field("source=" + from.string()) + "," + field("target=" + to) +
                               (writable ? "" : ",readonly")});
}

// The program of an image's own is never wanted: it may look for configuration, change users or start services.
void add_program(std::vector<std::string>& argv, const std::string& image, const std::vector<std::string>& program) {
  append(argv, {"--entrypoint", program.empty() ? "/bin/false" : program.front(), image});
  argv.insert(argv.end(), program.empty() ? program.end() : program.begin() + 1, program.end());
}

// With nothing but the shell's own words: an image of the operator's may hold no other programs.
constexpr const char* kStepScript =
    "\"$@\" 2>&1; status=$?; "
    "for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/pids.events /sys/fs/cgroup/memory/memory.oom_control "
    "/sys/fs/cgroup/pids/pids.events; do "
    "if [ -r $file ]; then while read -r line; do echo \"$file $line\" >&2; done <$file; fi; done; exit $status";

}  // namespace

fs::path container_profile(const fs::path& etc, RoomGuest guest) {
  return etc / (guest == RoomGuest::server ? "server-seccomp.json" : "step-seccomp.json");
}

std::vector<std::string> container_arguments(const ContainerHost& host, const std::string& name, const std::string& run,
                                             const std::string& network, RoomGuest guest, const StepLimits& limits) {
  constexpr std::int64_t kMostProcesses = 4096;
  const std::int64_t processes = limits.processes > 0 ? limits.processes : kMostProcesses;
  // A quarter each: together they stay below what all of the step may take.
  const std::string size = limits.memory > 0 ? ",size=" + std::to_string(limits.memory / 4) : "";
  std::vector<std::string> argv = {to_word(host.engine), "run", "--pull", "never", "--name", name, "--label",
                                   std::string(kRunLabel) + "=" + run, "--network", network, "--read-only", "--tmpfs",
                                   "/tmp:rw,exec,mode=1777" + size, "--tmpfs", "/run:rw,mode=1777" + size, "--tmpfs",
                                   "/var/tmp:rw,exec,mode=1777" + size, "--cap-drop", "ALL", "--security-opt",
                                   "no-new-privileges", "--security-opt", "label=disable", "--security-opt",
                                   "seccomp=" + container_profile(host.etc, guest).string(), "--user",
                                   std::to_string(host.user) + ":" + std::to_string(host.group), "--pids-limit",
                                   std::to_string(processes), "--ulimit", "core=0:0",
                                   // What a step prints may hold rows: it goes to its file and nowhere else.
                                   "--log-driver", "none"};
  if (limits.memory > 0) {
    const std::string memory = std::to_string(limits.memory) + "b";
    append(argv, {"--memory", memory, "--memory-swap", memory});
  }
  if (host.engine == EngineKind::podman && host.user != 0) {
    // A network belongs to a user namespace; in another one no /sys can be mounted for it.
    argv.emplace_back("--userns=" + (network.starts_with("container:") ? network : "keep-id"));
  }
  if (host.engine == EngineKind::podman && host.open_files > 0) {
    constexpr unsigned long kMostFiles = 1048576;
    const std::string files = std::to_string(std::min(host.open_files, kMostFiles));
    append(argv, {"--ulimit", "nofile=" + files + ":" + files, "--ulimit", "nproc=30000:30000"});
  }
  const bool resolves = network == "host";
  for (const char* const file : {"passwd", "group", "hosts", "resolv.conf"}) {
    const std::string name_of_file = file;
    if (!resolves || name_of_file == "passwd" || name_of_file == "group") {
      add_mount(argv, host.etc / name_of_file, "/etc/" + name_of_file, false);
    }
  }
  return argv;
}

std::vector<std::string> server_container_arguments(const ContainerHost& host, const ServerSpec& spec,
                                                    const std::string& image) {
  std::vector<std::string> argv = container_arguments(host, spec.name, spec.run, "none", RoomGuest::server);
  append(argv, {"--detach", "--hostname", "rehearsal"});
  if (spec.memory_bytes > 0) {
    append(argv, {"--memory", std::to_string(spec.memory_bytes) + "b"});
  }
  add_mount(argv, spec.data, kServerData, true);
  add_mount(argv, spec.run_dir, spec.run_dir.string(), true);
  add_program(argv, image, server_arguments(spec, host.user == 0));
  return argv;
}

std::vector<std::string> step_container_arguments(const ContainerHost& host, const StepSpec& step,
                                                  const std::string& image, const std::string& network) {
  std::vector<std::string> argv = container_arguments(host, step.name, step.run, network, RoomGuest::step, step.limits);
  argv.emplace_back("--rm");
  if (!step.directory.empty()) {
    append(argv, {"--workdir", step.directory});
  }
  for (const Mount& mount : step.mounts) {
    add_mount(argv, mount.from, mount.to, mount.writable);
  }
  Environment environment = step.environment;
  environment.emplace("HOME", "/tmp");
  for (const auto& [name, value] : environment) {
    append(argv, {"--env", name + "=" + value});
  }
  std::vector<std::string> program = step.argv;
  if (!step.output_file.empty()) {
    // The client carries two streams, each at its own pace; one of them keeps the order in which the step wrote.
    // What is left of the other tells what the kernel counted.
    program.insert(program.begin(), {"/bin/sh", "-c", kStepScript, kStepShell});
  }
  add_program(argv, step.image.empty() ? image : step.image, program);
  return argv;
}

}  // namespace rehearsal
