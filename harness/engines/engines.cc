#include "harness/engines/engines.h"

#include "base/interrupt.h"
#include "base/open_files.h"
#include "base/text.h"
#include "harness/engines/container_engine.h"
#include "harness/engines/process_engine.h"

namespace rehearsal {

namespace {

EngineHealth examine(const std::string& name, const EngineOptions& options) {
  if (name != "process") {
    return examine_container_engine(name, options);
  }
  return {name, process_engine_problems(), process_engine_detail(), {}};
}

std::unique_ptr<Engine> make(const std::string& name, const EngineOptions& options) {
  return name == "process" ? make_process_engine(options) : make_container_engine(name, options);
}

}  // namespace

Result<std::unique_ptr<Engine>> make_engine(const std::string& name, const EngineOptions& options) {
  constexpr unsigned long kFilesNeeded = 1024, kFilesWanted = 16384;
  REHEARSAL_TRY(want_open_files(kFilesNeeded, kFilesWanted));
  std::vector<std::string> problems;
  bool known = false;
  for (const char* const candidate : {"docker", "podman", "process"}) {
    if (name != "auto" && name != candidate) {
      continue;
    }
    known = true;
    const EngineHealth health = examine(candidate, options);
    REHEARSAL_TRY(check_interrupt());  // a probe that was stopped says nothing about the engine
    if (health.problems.empty()) {
      return make(candidate, options);
    }
    for (const std::string& problem : health.problems) {
      problems.push_back(health.engine + ": " + problem);
    }
  }
  if (!known) {
    return fail(ErrorKind::usage, "there is no such engine", name, "auto, docker, podman or process");
  }
  return fail(name == "auto" ? "no engine works on this machine" : "the engine does not work on this machine", name,
              join(problems, "\n"));
}

std::vector<EngineHealth> examine_engines(const EngineOptions& options) {
  return {examine("docker", options), examine("podman", options), examine("process", options)};
}

}  // namespace rehearsal
