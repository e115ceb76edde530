#include <filesystem>
#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "harness/cli.h"
#include "snapshots/store.h"

namespace rehearsal {

namespace {

struct Program {
  const char* name;
  const char* package;
  const char* what_for;
  bool needed;
};

constexpr Program kPrograms[] = {
    {"gzip", "gzip", "dumps in .gz", false},
    {"zstd", "zstd", "dumps in .zst", false},
    {"xz", "xz-utils", "dumps in .xz", false},
    {"bzip2", "bzip2", "dumps in .bz2", false},
    {"mkfs.xfs", "xfsprogs", "a store with reflink", false},
};

}  // namespace

Result<int> command_doctor(const CliContext& context) {
  nlohmann::ordered_json report;
  bool ready = false;
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  const std::vector<EngineHealth> engines = examine_engines(options);
  if (!context.options.json) {
    std::cout << "Engines (one is enough)\n";
  }
  for (const EngineHealth& engine : engines) {
    ready = ready || engine.problems.empty();
    report["engines"].push_back({{"engine", engine.engine}, {"problems", engine.problems}, {"detail", engine.detail}});
    if (!context.options.json) {
      std::cout << fmt::format("  {} {:<9} {}\n", engine.problems.empty() ? "✓" : "✗", engine.engine,
                               engine.problems.empty() ? engine.detail : join(engine.problems, "\n              "));
    }
  }
  if (!context.options.json) {
    std::cout << "\nPrograms\n";
  }
  for (const Program& program : kPrograms) {
    const bool found = !find_program(program.name).empty();
    report["programs"].push_back({{"program", program.name}, {"found", found}, {"package", program.package}});
    if (!context.options.json) {
      std::cout << fmt::format(
          "  {} {:<9} {}\n", found ? "✓" : "–", program.name,
          found ? program.what_for : fmt::format("for {}: apt-get install {}", program.what_for, program.package));
    }
  }
  std::error_code ignored;
  std::filesystem::path disk = context.options.state;
  while (!std::filesystem::exists(disk, ignored) && disk.has_parent_path() && disk != disk.root_path()) {
    disk = disk.parent_path();
  }
  const auto free = free_bytes(disk);
  report["state"] = {{"folder", context.options.state.string()}, {"free_bytes", free.value_or(0)}};
  report["ready"] = ready;
  if (context.options.json) {
    std::cout << report.dump(2) << "\n";
  } else {
    std::cout << fmt::format("\nState directory\n  {}, {} free\n", context.options.state.string(),
                             free ? human_bytes(*free) : "unknown");
    std::cout << (ready ? "\nReady.\n" : "\nNot ready: no engine works. Mend one of the problems above.\n");
  }
  return ready ? 0 : 2;
}

}  // namespace rehearsal
