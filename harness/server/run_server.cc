#include "harness/server/run_server.h"

#include "base/files.h"

namespace rehearsal {

Result<std::unique_ptr<Server>> start_run_server(Engine& engine, const RunDir& run, const std::string& name,
                                                 const std::filesystem::path& data,
                                                 const std::vector<std::string>& options, std::uint64_t memory_bytes) {
  ServerSpec spec;
  spec.name = "rehearsal-" + run.id() + "-" + name;
  spec.run = run.id();
  spec.data = data;
  spec.run_dir = run.short_dir() / name;
  spec.options = options;
  spec.memory_bytes = memory_bytes;
  REHEARSAL_TRY(make_private_dir(spec.run_dir));
  return engine.start(spec);
}

}  // namespace rehearsal
