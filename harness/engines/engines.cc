#include "harness/engines/engines.h"

#include "base/interrupt.h"
#include "base/open_files.h"
#include "base/text.h"
#include "harness/engines/container_engine.h"
#include "harness/engines/process_engine.h"

namespace rehearsal {

namespace {

EngineHealth examine(EngineKind kind, const EngineOptions& options) {
  if (kind != EngineKind::process) {
    return examine_container_engine(kind, options);
  }
  return {.engine = kind, .problems = process_engine_problems(), .detail = process_engine_detail()};
}

std::unique_ptr<Engine> make_of_kind(EngineKind kind, const EngineOptions& options) {
  return kind == EngineKind::process ? make_process_engine(options) : make_container_engine(kind, options);
}

}  // namespace

Result<std::unique_ptr<Engine>> make_engine(EngineKind wish, const EngineOptions& options) {
  constexpr unsigned long kFilesNeeded = 1024, kFilesWanted = 16384;
  REHEARSAL_TRY(want_open_files(kFilesNeeded, kFilesWanted));
  std::vector<std::string> problems;
  for (const EngineKind candidate : kEngines) {
    if (wish != EngineKind::automatic && wish != candidate) {
      continue;
    }
    const EngineHealth health = examine(candidate, options);
    REHEARSAL_TRY(check_interrupt());  // a probe that was stopped says nothing about the engine
    if (health.problems.empty()) {
      return make_of_kind(candidate, options);
    }
    for (const std::string& problem : health.problems) {
      problems.push_back(std::string(to_word(health.engine)) + ": " + problem);
    }
  }
  return fail(
      wish == EngineKind::automatic ? "no engine works on this machine" : "the engine does not work on this machine",
      to_word(wish), join(problems, "\n"));
}

std::vector<EngineHealth> examine_engines(const EngineOptions& options) {
  std::vector<EngineHealth> engines;
  engines.reserve(kEngines.size());
  for (const EngineKind kind : kEngines) {
    engines.push_back(examine(kind, options));
  }
  return engines;
}

}  // namespace rehearsal
