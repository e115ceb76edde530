#include "harness/engine.h"

#include "harness/process_engine.h"

namespace rehearsal {

Result<std::unique_ptr<Engine>> make_engine(const std::string& name, const EngineOptions& options) {
  if (name == "process") {
    return make_process_engine(options);
  }
  return fail(ErrorKind::usage, "no such engine", name, "docker, podman or process");
}

std::vector<EngineHealth> examine_engines(const EngineOptions&) {
  return {{"process", process_engine_problems(), ""}};
}

}  // namespace rehearsal
