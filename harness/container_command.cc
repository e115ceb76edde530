#include "harness/container_command.h"

#include <algorithm>

#include "harness/server_command.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

void append(std::vector<std::string>& argv, const std::vector<std::string>& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

void add_mount(std::vector<std::string>& argv, const fs::path& from, const std::string& to, bool writable) {
  append(argv, {"--mount", "type=bind,source=" + from.string() + ",target=" + to + (writable ? "" : ",readonly")});
}

// The program of an image's own is never wanted: it may look for configuration, change users or start services.
void add_program(std::vector<std::string>& argv, const std::string& image, const std::vector<std::string>& program) {
  append(argv, {"--entrypoint", program.empty() ? "/bin/false" : program.front(), image});
  argv.insert(argv.end(), program.empty() ? program.end() : program.begin() + 1, program.end());
}

}  // namespace

std::vector<std::string> container_arguments(const ContainerHost& host, const std::string& name, const std::string& run,
                                             const std::string& network) {
  std::vector<std::string> argv = {host.program, "run", "--pull", "never", "--name", name, "--label",
                                   std::string(kRunLabel) + "=" + run, "--network", network, "--read-only", "--tmpfs",
                                   "/tmp:rw,exec,mode=1777", "--tmpfs", "/run:rw,mode=1777", "--tmpfs",
                                   "/var/tmp:rw,exec,mode=1777", "--cap-drop", "ALL", "--security-opt",
                                   "no-new-privileges", "--security-opt", "label=disable", "--user",
                                   std::to_string(host.user) + ":" + std::to_string(host.group), "--pids-limit", "4096",
                                   // What a step prints may hold rows: it goes to its file and nowhere else.
                                   "--log-driver", "none"};
  if (host.program == "podman" && host.user != 0) {
    argv.emplace_back("--userns=keep-id");
  }
  if (host.program == "podman" && host.open_files > 0) {
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
  std::vector<std::string> argv = container_arguments(host, spec.name, spec.run, "none");
  append(argv, {"--detach", "--hostname", "rehearsal"});
  if (spec.memory_bytes > 0) {
    append(argv, {"--memory", std::to_string(spec.memory_bytes) + "b"});
  }
  add_mount(argv, spec.data, spec.data.string(), true);
  add_mount(argv, spec.run_dir, spec.run_dir.string(), true);
  add_program(argv, image, server_arguments(spec, host.user == 0));
  return argv;
}

std::vector<std::string> step_container_arguments(const ContainerHost& host, const StepSpec& step,
                                                  const std::string& image, const std::string& network) {
  std::vector<std::string> argv = container_arguments(host, step.name, step.run, network);
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
    program.insert(program.begin(), {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"});
  }
  add_program(argv, step.image.empty() ? image : step.image, program);
  return argv;
}

}  // namespace rehearsal
